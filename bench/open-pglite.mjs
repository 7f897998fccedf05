// The embedded database opened and closed, and nothing else.
import { PGlite } from "@electric-sql/pglite";

const database = await PGlite.create(process.argv[2]);
await database.query("select 1");
await database.close();
