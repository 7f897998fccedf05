// Opens the store of a folder in a process of its own and keeps it open, for tests of the lock. Says `open`,
// or why it could not.
import { openStore } from "../../dist/store/open.js";

try {
  await openStore({ kind: "folder", path: process.argv[2] });
  process.stdout.write("open\n");
  setInterval(() => {}, 1000);
} catch (error) {
  process.stdout.write(`${error.name}: ${error.message}\n`);
}
