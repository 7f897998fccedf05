/**
 * Binance's answers are those of its family; what is its own is that a margin change says why it was made.
 */
import { answerReaders } from "../binance-family/answers.ts";

export const {
  readPage,
  readTime,
  readInstruments,
  readWeightLimit,
  readBalances,
  readPositions,
  readAccount,
} = answerReaders({
  venue: "binance-usdm",
  // A user's own change, a trade's and a funding fee's can agree in all else within a millisecond.
  marginChangeFields: ["symbol", "positionSide", "type", "deltaType", "asset"],
});
