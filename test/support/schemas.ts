/** The documented shapes of what programs read, as a validator of their own standard understands them. */
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const name of ["status", "notification"]) {
  const path = new URL(`../../docs/${name}.schema.json`, import.meta.url);
  ajv.addSchema(JSON.parse(readFileSync(path, "utf8")));
}

/** What of a value is not as the schema has it, one line each. */
export function faultsBy(schema: "status" | "notification", value: unknown): readonly string[] {
  const validate = ajv.getSchema(`${schema}.schema.json`);
  if (validate === undefined) throw new Error(`there is no schema ${schema}`);
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message = "", params }) => `${instancePath}: ${message} ${JSON.stringify(params)}`,
  );
}
