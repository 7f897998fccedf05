/**
 * Binance's asynchronous downloads: `…/asyn` requests a file of a span and answers with an id, `…/asyn/id`
 * says when and where the file is ready. Five of each kind a calendar month, shared with the downloads that
 * people make on the web site (documented), so an answer that says more or less than is known here stops the
 * command instead of being guessed at.
 */
import { DAY_MS, MINUTE_MS, readMilliseconds } from "../../domain/instant.ts";
import { FieldError, isJsonObject, type JsonObject, parseJsonExactly } from "../../domain/json.ts";
import { assert, RequestRefusedError } from "../../errors.ts";
import { excerpt } from "../binance-family/answers.ts";
import { nonBlankText, textOrEmpty } from "../fields.ts";
import type { DownloadState, DownloadStream, Downloads } from "../venue.ts";
import { PATHS } from "./requests.ts";

/**
 * 1000 of the 2400 a minute. The newer page of COIN-M says that a third request within a minute bans; so they
 * are a minute apart.
 */
const ASK_WEIGHT = 1000;
const STATE_WEIGHT = 10;

export const downloads: Downloads = {
  // "One year" is never said to be 366 days.
  spanMax: 365 * DAY_MS,
  pause: MINUTE_MS,
  streams: {
    income: downloadStream("income", PATHS.incomeDownload, PATHS.incomeDownloadState),
    fills: downloadStream("fills", PATHS.fillsDownload, PATHS.fillsDownloadState),
  },
};

function downloadStream(words: string, requestPath: string, statePath: string): DownloadStream {
  const where = `binance-usdm download of ${words}`;
  return {
    requestsPerMonth: 5,
    request({ from, until }) {
      assert(from < until && until - from <= 365 * DAY_MS, `a file of ${until - from} ms was requested`);
      return {
        path: requestPath,
        query: [
          ["startTime", String(from)],
          // Inclusive, as everywhere at this venue.
          ["endTime", String(until - 1)],
        ],
        weight: ASK_WEIGHT,
        isSigned: true,
      };
    },
    readId(body) {
      try {
        return nonBlankText(readObject(body), "downloadId");
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        throw notUnderstood(where, `an id of the file was expected (${error.message})`, [
          `the answer begins: ${excerpt(body)}`,
          "the venue may have counted this request, so it counts here too; nothing was loaded",
        ]);
      }
    },
    stateRequest: (downloadId) => ({
      path: statePath,
      query: [["downloadId", downloadId]],
      weight: STATE_WEIGHT,
      isSigned: true,
    }),
    readState(downloadId, body) {
      try {
        return stateOf(readObject(body), downloadId);
      } catch (error) {
        if (!(error instanceof FieldError)) throw error;
        // The answer itself is not shown: it may hold the link.
        throw notUnderstood(where, `the state of file ${downloadId} cannot be read: ${error.message}`, [
          "its request stands, and is not repeated; nothing was loaded",
        ]);
      }
    },
  };
}

/**
 * While the file is being made, `url` is "" and `expirationTimestamp` −1; `isExpired` is null until it is
 * true.
 */
function stateOf(row: JsonObject, downloadId: string): DownloadState {
  const found = textOrEmpty(row, "downloadId");
  if (found !== downloadId) {
    throw new FieldError(`"downloadId": ${downloadId} was expected, found ${JSON.stringify(found)}`);
  }
  if (row["isExpired"] === true) return { kind: "expired" };
  const status = nonBlankText(row, "status");
  if (status === "processing") return { kind: "preparing" };
  if (status !== "completed") {
    throw new FieldError(
      `"status": completed or processing was expected, found ${JSON.stringify(status).slice(0, 80)}`,
    );
  }
  const url = textOrEmpty(row, "url");
  if (url === "") throw new FieldError('"url": a link was expected beside the status completed, found ""');
  return { kind: "ready", url, until: readMilliseconds(textOrEmpty(row, "expirationTimestamp")) };
}

function readObject(body: string): JsonObject {
  const row = parseJsonExactly(body);
  if (!isJsonObject(row)) throw new FieldError("an object was expected");
  return row;
}

function notUnderstood(where: string, what: string, evidence: readonly string[]): RequestRefusedError {
  return new RequestRefusedError({
    where,
    what,
    evidence,
    next: "run the same command again; if it persists, the venue has changed its answer: report it",
  });
}
