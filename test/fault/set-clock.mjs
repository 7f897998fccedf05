// Loaded before the program: its time of day is what the test says, and moves when the test says so. All else
// is the program as it is built.
let now = Number(process.env["TEST_NOW"]);
Date.now = () => now;
process.on("message", (at) => {
  now = at;
});
process.channel?.unref();
