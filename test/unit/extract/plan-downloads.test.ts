import { expect, test } from "vitest";
import { instant } from "../../../src/domain/instant.ts";
import type { Window } from "../../../src/domain/window.ts";
import { fewestRequests } from "../../../src/history-files/plan-downloads.ts";

/** `1-5 8-9`, in days that last a millisecond; a file holds ten of them at most. */
function windows(text: string): Window[] {
  return text
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [from = "", until = ""] = word.split("-");
      return { from: instant(Number(from)), until: instant(Number(until)) };
    });
}

test.each([
  { missing: "", taken: "", requests: "", why: "nothing is missing" },
  { missing: "1-5", taken: "", requests: "1-5", why: "" },
  { missing: "1-3 5-9", taken: "", requests: "1-9", why: "one file may reach over what is covered" },
  { missing: "1-3 12-14", taken: "", requests: "1-3 12-14", why: "too far apart for one" },
  { missing: "0-25", taken: "", requests: "0-10 10-20 20-25", why: "no file is longer than the venue makes" },
  { missing: "1-9", taken: "1-9", requests: "", why: "a file of it was requested" },
  { missing: "1-9", taken: "4-5", requests: "1-4 5-9", why: "never over what a file was requested of" },
  { missing: "1-3 5-9", taken: "3-5", requests: "1-3 5-9", why: "" },
  { missing: "1-3 9-14", taken: "", requests: "1-11 11-14", why: "" },
])("missing $missing, requested $taken: $requests $why", ({ missing, taken, requests }) => {
  const planned = fewestRequests(windows(missing), windows(taken), 10);
  expect(planned.map(({ from, until }) => `${from}-${until}`).join(" ")).toBe(requests);
});
