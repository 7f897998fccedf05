/**
 * Aster's answers are those of Binance's family; what is its own is that no field of a margin change says why
 * it was made.
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
  venue: "aster",
  marginChangeFields: ["symbol", "positionSide", "type", "asset"],
});
