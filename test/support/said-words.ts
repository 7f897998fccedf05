/**
 * What the program says when something is wrong, as its source has it: the words of `what`, which stand
 * beside `where` or `next` in an error's words, wherever they come from a text of the source.
 */
import { parseAst } from "vitest/node";

export type Said = {
  readonly file: string;
  /** The words as written; `…` for what is filled in. */
  readonly what: string;
  /** The longest part of them that is always the same. */
  readonly fixed: string;
};

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function* everyNode(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* everyNode(child);
}

function parse(text: string): Node {
  return parseAst(text, { lang: "ts" }) as unknown as Node;
}

/** The fixed parts of every text that an expression may be; a name stands for what is filled in. */
function textsOf(expression: Node | undefined): readonly (readonly string[])[] {
  switch (expression?.type) {
    case "Literal":
      return typeof expression["value"] === "string" ? [[expression["value"]]] : [];
    case "TemplateLiteral":
      return [
        (expression["quasis"] as { readonly value: { readonly cooked: string } }[]).map(
          ({ value }) => value.cooked,
        ),
      ];
    case "ConditionalExpression":
      return [...textsOf(expression["consequent"] as Node), ...textsOf(expression["alternate"] as Node)];
    case "LogicalExpression":
      return [...textsOf(expression["left"] as Node), ...textsOf(expression["right"] as Node)];
    default:
      return [];
  }
}

/** The value of a property; undefined where there is none. */
function propertyOf(object: Node, name: string): Node | undefined {
  const property = (object["properties"] as Node[]).find(
    ({ type, key }) => type === "Property" && isNode(key) && (key["name"] ?? key["value"]) === name,
  );
  return property?.["value"] as Node | undefined;
}

/** A function that says what it is given in this place. */
type Maker = { readonly name: string; readonly place: number };

/** All `what` of the files, by path. Words that a function is given are looked for where it is called. */
export function saidIn(sources: ReadonlyMap<string, string>): readonly Said[] {
  const programs = [...sources].map(([file, text]) => ({ file, nodes: [...everyNode(parse(text))] }));
  const found: Said[] = [];
  const add = (file: string, expression: Node | undefined) => {
    for (const parts of textsOf(expression)) {
      const fixed = parts
        .map((part) => part.trim())
        .reduce((one, other) => (other.length > one.length ? other : one));
      const what = parts.join("…");
      if (fixed !== "" && !found.some((one) => one.file === file && one.what === what))
        found.push({ file, what, fixed });
    }
  };
  const makers: (Maker & { readonly file: string })[] = [];
  for (const { file, nodes } of programs) {
    for (const node of nodes) {
      if (node.type === "ObjectExpression" && hasWords(node)) add(file, propertyOf(node, "what"));
      for (const place of placesGiven(node)) makers.push({ ...place, file });
    }
  }
  for (const { file, nodes } of programs) {
    for (const node of nodes) {
      if (node.type !== "CallExpression") continue;
      const callee = node["callee"] as Node;
      const name =
        callee.type === "Identifier" ? callee["name"] : (callee["property"] as Node | undefined)?.["name"];
      const named = makers.filter((maker) => maker.name === name);
      const own = named.filter((maker) => maker.file === file);
      for (const { place } of own.length > 0 ? own : named) add(file, (node["arguments"] as Node[])[place]);
    }
  }
  return found;
}

function hasWords(object: Node): boolean {
  return (
    propertyOf(object, "what") !== undefined && ["where", "next"].some((name) => propertyOf(object, name))
  );
}

/** Of a function's parameters those whose value it says as it is. */
function placesGiven(node: Node): readonly Maker[] {
  const isNamed =
    node.type === "FunctionDeclaration" ||
    node.type === "VariableDeclarator" ||
    node.type === "MethodDefinition";
  if (!isNamed) return [];
  const named = (node["id"] ?? node["key"]) as Node | null;
  const made = (node["init"] ?? node["value"] ?? node) as Node;
  const parameters = made["params"];
  if (!Array.isArray(parameters) || typeof named?.["name"] !== "string") return [];
  const said = new Set(
    [...everyNode(made)]
      .filter((inner) => inner.type === "ObjectExpression" && hasWords(inner))
      .map((inner) => propertyOf(inner, "what")?.["name"]),
  );
  // What is passed on to another that says it bears the name, too.
  said.add("what");
  return (parameters as Node[]).flatMap((parameter, place) =>
    said.has(parameter["name"]) ? [{ name: named["name"] as string, place }] : [],
  );
}

/** Every text of a test, as it is compared: of regular expressions the signs that stand for themselves. */
export function textsIn(source: string): readonly string[] {
  return [...everyNode(parse(source))].flatMap((node) =>
    isNode(node["regex"]) || node["regex"] !== undefined
      ? [String((node["regex"] as { readonly pattern: string }).pattern).replaceAll(/\\(\W)/g, "$1")]
      : textsOf(node).map((parts) => parts.join("…")),
  );
}
