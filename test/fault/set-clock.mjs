// Loaded before the program: its time of day is what the test says, and moves when the test says so. What has
// passed is what it has waited: time that runs on where the time of day stands still would tell the program
// that its clock was set back. All else is the program as it is built.
let now = Number(process.env["TEST_NOW"]);
Date.now = () => now;
process.on("message", (at) => {
  now = at;
});
process.channel?.unref();

const begun = performance.now();
let waited = 0;
performance.now = () => begun + waited;
const reallySetTimeout = globalThis.setTimeout;
globalThis.setTimeout = (act, duration = 0, ...more) => {
  const until = waited + duration;
  return reallySetTimeout(() => {
    waited = Math.max(waited, until);
    act(...more);
  }, duration);
};
