/**
 * Files that share a process share what is in `node_modules`, PGlite's compiled code above all, but each
 * reads the program anew: what a module remembers, such as the last nonce of a signer, is not a later file's.
 */
import { vi } from "vitest";

vi.resetModules();
