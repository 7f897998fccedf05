/**
 * Rows as edgeX's interface description has them, every field with a value; the tests change what they are
 * about.
 */

const CONFIRMED = {
  censorStatus: "L2_APPROVED",
  censorTxId: "893179",
  censorTime: "1734661081049",
  censorFailCode: "",
  censorFailReason: "",
  l2TxId: "1084271",
  l2RejectTime: "0",
  l2RejectCode: "",
  l2RejectReason: "",
  l2ApprovedTime: "1734661851654",
  createdTime: "1734661081049",
  updatedTime: "1734661851715",
};

/** A deposit; whatever else a row can be, its fields are there and say that they do not apply. */
export function statementRow(changes: object = {}): object {
  return {
    id: "564809510904922382",
    userId: "543429922991899151",
    accountId: "543429922991899150",
    coinId: "1000",
    type: "DEPOSIT",
    deltaAmount: "10.000000",
    deltaLegacyAmount: "10.000000",
    beforeAmount: "6.000000",
    beforeLegacyAmount: "6.000000",
    fillCloseSize: "",
    fillCloseValue: "",
    fillCloseFee: "",
    fillOpenSize: "",
    fillOpenValue: "",
    fillOpenFee: "",
    fillPrice: "",
    liquidateFee: "",
    realizePnl: "",
    isLiquidate: false,
    isDeleverage: false,
    fundingTime: "0",
    fundingRate: "",
    fundingIndexPrice: "",
    fundingOraclePrice: "",
    fundingPositionSize: "",
    depositId: "0",
    withdrawId: "0",
    transferInId: "0",
    transferOutId: "0",
    transferReason: "UNKNOWN_TRANSFER_REASON",
    orderId: "0",
    orderFillTransactionId: "0",
    orderAccountId: "0",
    positionContractId: "0",
    positionTransactionId: "0",
    forceWithdrawId: "0",
    forceTradeId: "0",
    extraType: "",
    extraDataJson: "",
    ...CONFIRMED,
    ...changes,
  };
}

/** A purchase or sale of the statement. */
export function tradeRow(changes: object): object {
  return statementRow({
    fillCloseSize: "0.000",
    fillCloseValue: "0.000000",
    fillCloseFee: "0.000000",
    fillOpenSize: "0.000",
    fillOpenValue: "0.000000",
    fillOpenFee: "0.000000",
    liquidateFee: "0",
    orderId: "564809510842007822",
    orderFillTransactionId: "564809510875562254",
    positionContractId: "10000001",
    positionTransactionId: "564809510904923406",
    ...changes,
  });
}

export function fillRow(changes: object = {}): object {
  return {
    id: "564809510875562254",
    userId: "543429922991899151",
    accountId: "543429922991899150",
    coinId: "1000",
    contractId: "10000001",
    orderId: "564809510842007822",
    orderSide: "SELL",
    fillSize: "0.1",
    fillValue: "10.000000",
    fillFee: "0.005000",
    fillPrice: "100",
    liquidateFee: "0",
    realizePnl: "0.495000",
    direction: "TAKER",
    isPositionTpsl: false,
    isLiquidate: false,
    isDeleverage: false,
    isWithoutMatch: false,
    matchSequenceId: "35196430",
    matchIndex: 0,
    matchTime: "1734661081040",
    positionTransactionId: "564809510904923406",
    collateralTransactionId: "564809510904922382",
    ...CONFIRMED,
    ...changes,
  };
}

/** A funding settlement of a position; a fill has the fields of the trade instead. */
export function positionRow(changes: object = {}): object {
  return {
    id: "736936948907640335",
    userId: "543429922991899151",
    accountId: "543429922991899150",
    coinId: "1000",
    contractId: "10000004",
    type: "SETTLE_FUNDING_FEE",
    deltaOpenSize: "0",
    deltaOpenValue: "0",
    deltaOpenFee: "0",
    deltaFundingFee: "-0.006005",
    beforeOpenSize: "0.10",
    beforeOpenValue: "60.071000",
    beforeOpenFee: "-0.015618",
    beforeFundingFee: "0.000000",
    fillCloseSize: "",
    fillCloseValue: "",
    fillCloseFee: "",
    fillOpenSize: "",
    fillOpenValue: "",
    fillOpenFee: "",
    fillPrice: "",
    liquidateFee: "",
    realizePnl: "",
    isLiquidate: false,
    isDeleverage: false,
    fundingTime: "1775699400000",
    fundingRate: "0.0001",
    fundingIndexPrice: "600.537396373",
    fundingOraclePrice: "600.53739626891911029815673828125",
    fundingPositionSize: "0.10",
    orderId: "0",
    orderFillTransactionId: "0",
    collateralTransactionId: "736936948907639311",
    forceTradeId: "0",
    ...CONFIRMED,
    createdTime: "1775699460199",
    ...changes,
  };
}

export function termRow(changes: object = {}): object {
  return {
    coinId: "1000",
    contractId: "10000001",
    termCount: 2,
    cumOpenSize: "-0.001",
    cumOpenValue: "-96.813000",
    cumOpenFee: "-0.048406",
    cumCloseSize: "0.001",
    cumCloseValue: "96.857100",
    cumCloseFee: "-0.048428",
    cumFundingFee: "0",
    cumLiquidateFee: "0",
    createdTime: "1734661093450",
    updatedTime: "1734661093460",
    currentLeverage: "50",
    ...changes,
  };
}

export function snapshotRow(changes: object = {}): object {
  return {
    userId: "543429922991899151",
    accountId: "543429922991899150",
    coinId: "1000",
    timeTag: 0,
    snapshotTime: "1734663600000",
    totalEquity: "15.790912501627206802368164062500",
    termRealizePnl: "0",
    unrealizePnl: "0.289600501627206802368164062500",
    totalRealizePnl: "0.716700",
    ...changes,
  };
}

/** A contract and two coins, as the listing has them. */
export const METADATA = {
  global: { appName: "edgeX" },
  coinList: [
    { coinId: "1000", coinName: "USD", stepSize: "0.000001" },
    { coinId: "1001", coinName: "BTC", stepSize: "0.001" },
  ],
  contractList: [
    {
      contractId: "10000001",
      contractName: "BTCUSD",
      baseCoinId: "1001",
      quoteCoinId: "1000",
      enableTrade: true,
      enableDisplay: true,
      enableOpenPosition: true,
    },
    {
      contractId: "10000004",
      contractName: "BNB2USD",
      baseCoinId: "1004",
      quoteCoinId: "1000",
      enableTrade: true,
      enableDisplay: true,
      enableOpenPosition: false,
    },
    {
      contractId: "10000099",
      contractName: "TEMP99USD",
      baseCoinId: "1099",
      quoteCoinId: "9999",
      enableTrade: false,
      enableDisplay: false,
      enableOpenPosition: true,
    },
  ],
};
