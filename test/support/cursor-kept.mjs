// What the spinner's library does at a terminal: it waits for the end of the process, to give the cursor
// back.
import { onExit } from "signal-exit";

onExit(() => {}, { alwaysLast: true });
