/**
 * Generated: what the database says of each statement under `sql/`, its parameters and the columns of its
 * rows. A test describes them anew and compares; `UPDATE_DOCS=1 npx vitest run
 * test/store/sql-contract.test.ts` writes this file.
 *
 * A database does not say which column of a statement is never null, nor which words a text may be: the type
 * of a row at the call says so, within what is said here (`sql-file.ts`).
 */
export type SqlContract = {
  "book/arrived-cash": {
    parameters: {
      account_id: string | null;
    };
    row: {
      entry_id: string | null;
      kind: string | null;
      record_key: string | null;
      symbol: string | null;
      occurred_at: string | null;
      sequence: string | null;
      asset: string | null;
      amount: string | null;
      posted_at: string | null;
    };
  };
  "book/checkpoint-before": {
    parameters: {
      account_id: string | null;
      symbol: string | null;
      posted_at: string | null;
      occurred_at: string | null;
    };
    row: {
      event_number: string | null;
    };
  };
  "book/close-entries": {
    parameters: {
      closing_number: number | null;
      account_id: string | null;
      until: string | null;
    };
    row: Record<never, never>;
  };
  "book/close-position-openings": {
    parameters: {
      closing_number: number | null;
      account_id: string | null;
    };
    row: Record<never, never>;
  };
  "book/close-valuations": {
    parameters: {
      closing_number: number | null;
      account_id: string | null;
      until: string | null;
    };
    row: Record<never, never>;
  };
  "book/closed-inputs": {
    parameters: {
      account_id: string | null;
      from: string | null;
      until: string | null;
      through: number | string | null;
    };
    row: {
      records: string | null;
      digest: string | null;
    };
  };
  "book/closed-openings": {
    parameters: {
      account_id: string | null;
    };
    row: {
      entry_id: string | null;
      asset: string | null;
      amount: string | null;
      posted_at: string | null;
    };
  };
  "book/contracts-known": {
    parameters: {
      account_id: string | null;
      until: string | null;
    };
    row: {
      digest: string | null;
    };
  };
  "book/first-fills": {
    parameters: {
      account_id: string | null;
      symbol: string | null;
      position_side: string | null;
      until: string | null;
      batch: number | null;
    };
    row: {
      side: string | null;
      quantity: string | null;
      value: string | null;
      realized_pnl: string | null;
    };
  };
  "book/first-rewound": {
    parameters: {
      account_id: string | null;
      symbol: string | null;
      number: number | string | null;
    };
    row: {
      first_at: string | null;
    };
  };
  "book/highest-sequence": {
    parameters: {
      account_id: string | null;
    };
    row: {
      highest: string | null;
    };
  };
  "book/last-change": {
    parameters: {
      account_id: string | null;
      symbol: string | null;
    };
    row: {
      posted_at: string | null;
      occurred_at: string | null;
      fill_id: string | null;
      record_key: string | null;
    };
  };
  "book/last-day": {
    parameters: {
      time_zone: string | null;
      account_id: string | null;
    };
    row: {
      day_from: string | null;
    };
  };
  "book/missing-cash": {
    parameters: {
      account_id: string | null;
      from_time: string | null;
      batch: number | null;
    };
    row: {
      record_key: string | null;
      symbol: string | null;
      occurred_at: string | null;
      kind: string | null;
      amount: string | null;
      asset: string | null;
      posted_at: string | null;
    };
  };
  "book/missing-cash-question": {
    parameters: {
      until: string | null;
      account_id: string | null;
    };
    row: {
      depends_on: string | null;
    };
  };
  "book/next-events": {
    parameters: {
      account_id: string | null;
      symbol: string | null;
      last_posted_at: string | null;
      last_occurred_at: string | null;
      last_fill_id: string | null;
      last_key: string | null;
      batch: number | null;
    };
    row: {
      kind: string | null;
      posted_at: string | null;
      occurred_at: string | null;
      fill_id: string | null;
      record_key: string | null;
      part: string | null;
      position_side: string | null;
      amount: string | null;
      value: string | null;
      fee: string | null;
      fee_asset: string | null;
      asset: string | null;
      realized_pnl: string | null;
      sequence: string | null;
    };
  };
  "book/opening-balances": {
    parameters: {
      account_id: string | null;
      sums: string | null;
    };
    row: {
      asset: string | null;
      record_key: string | null;
      opening: string | null;
    };
  };
  "book/position-changes": {
    parameters: {
      account_id: string | null;
      symbol: string | null;
      last_posted_at: string | null;
      last_occurred_at: string | null;
      last_fill_id: string | null;
      last_key: string | null;
    };
    row: {
      first_at: string | null;
    };
  };
  "book/question": {
    parameters: {
      account_id: string | null;
    };
    row: {
      last_sequence: string | null;
      depends_on: string | null;
    };
  };
  "book/shown-openings": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      quantity: string | null;
      entry_price: string | null;
      fills: number | null;
      taken_at: string | null;
    };
  };
  "book/snapshots-taken": {
    parameters: {
      account_id: string | null;
      until: string | null;
    };
    row: {
      digest: string | null;
    };
  };
  "book/sum-digests": {
    parameters: {
      time_zone: string | null;
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: Record<never, never>;
  };
  "book/sum-disposals": {
    parameters: {
      time_zone: string | null;
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: Record<never, never>;
  };
  "book/sum-fills": {
    parameters: {
      time_zone: string | null;
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: Record<never, never>;
  };
  "book/sum-postings": {
    parameters: {
      time_zone: string | null;
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: Record<never, never>;
  };
  "book/symbols-to-book": {
    parameters: {
      account_id: string | null;
      after: number | string | null;
    };
    row: {
      symbol: string | null;
      has_new: boolean | null;
      booked_facts: string | null;
      late_posted_at: string | null;
      late_occurred_at: string | null;
      listed_at: string | null;
      margin_asset: string | null;
      tolerance: string | null;
    };
  };
  "book/unprove": {
    parameters: {
      account_id: string | null;
    };
    row: Record<never, never>;
  };
  "book/unsettle": {
    parameters: {
      first_at: string | null;
      account_id: string | null;
      entry_ids: string | null;
    };
    row: Record<never, never>;
  };
  "book/wallet-sums": {
    parameters: {
      account_id: string | null;
      keep_until: string | null;
      from_time: string | null;
    };
    row: {
      asset: string | null;
      until_instant: string | null;
      is_kept: boolean | null;
      amount: string | null;
      opening: string | null;
    };
  };
  "cli/closed-periods": {
    parameters: {
      account_id: string | null;
    };
    row: {
      period: string | null;
      from_time: string | null;
      until_time: string | null;
      closed_at: string | null;
      because: string | null;
      adjustments: number | null;
    };
  };
  "cli/columns": {
    parameters: {
      relation: string | null;
    };
    row: {
      column: string | null;
      type: string | null;
      note: string | null;
      means: string | null;
    };
  };
  "cli/last-run": {
    parameters: {
      account_id: string | null;
    };
    row: {
      started_at: string | null;
      outcome: string | null;
      stopped_by: string | null;
      requests: number | null;
      new_records: number | null;
    };
  };
  "cli/relations": {
    parameters: Record<never, never>;
    row: {
      relation: string | null;
      kind: string | null;
      holds: string | null;
    };
  };
  "cli/run-totals": {
    parameters: {
      account: string | null;
    };
    row: {
      account_id: string | null;
      requests: string | null;
      records: string | null;
    };
  };
  "cli/stream-status": {
    parameters: {
      account: string | null;
    };
    row: {
      account_id: string | null;
      stream: string | null;
      complete_from: string | null;
      complete_until: string | null;
      symbols: number | null;
      records: string | null;
      gaps: string | null;
    };
  };
  "decisions/items": {
    parameters: {
      account_id: string | null;
      subject: string | null;
      kind: string | null;
      at: string | null;
    };
    row: {
      what: string | null;
      stream: string | null;
      subject: string | null;
      seen: string | null;
      reason: string | null;
      until: string | null;
      decision_number: number | null;
      because: string | null;
    };
  };
  "export/disposals": {
    parameters: {
      account_id: string | null;
      method: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      direction: string | null;
      opened_at: string | null;
      last_opened_at: string | null;
      closed_at: string | null;
      quantity: string | null;
      asset: string | null;
      proceeds: string | null;
      cost: string | null;
      realized_pnl: string | null;
      opening_fee: string | null;
      closing_fee: string | null;
      funding: string | null;
      currency: string | null;
      currency_price: string | null;
      quality: string | null;
      missing: string | null;
      basis: string | null;
      fill_id: string | null;
      order_id: string | null;
      fill_key: string | null;
      opening_fill_key: string | null;
      piece: string | null;
      entry_ids: string | null;
    };
  };
  "export/events": {
    parameters: {
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      entry_id: string | null;
      kind: string | null;
      cash_kind: string | null;
      asset: string | null;
      amount: string | null;
      symbol: string | null;
      side: string | null;
      position_side: string | null;
      quantity: string | null;
      price: string | null;
      trade_id: string | null;
      order_id: string | null;
      transaction_id: string | null;
      stream: string | null;
      record_key: string | null;
      basis: string | null;
      info: string | null;
      counterparty_account: string | null;
      occurred_at: string | null;
      posted_at: string | null;
      currency: string | null;
      currency_price: string | null;
      value: string | null;
      missing: string | null;
    };
  };
  "export/round-trips": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      opened_at: string | null;
      closed_at: string | null;
    };
  };
  "export/table-cash": {
    parameters: {
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      account_id: string | null;
      kind: string | null;
      income_type: string | null;
      amount: string | null;
      asset: string | null;
      symbol: string | null;
      tran_id: string | null;
      trade_id: string | null;
      info: string | null;
      occurred_at: string | null;
      posted_at: string | null;
      value_at: string | null;
      record_key: string | null;
      part: string | null;
    };
  };
  "export/table-disposals": {
    parameters: {
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      account_id: string | null;
      method: string | null;
      symbol: string | null;
      position_side: string | null;
      direction: string | null;
      opened_at: string | null;
      closed_at: string | null;
      holding_seconds: string | null;
      quantity: string | null;
      proceeds: string | null;
      cost: string | null;
      realized_pnl: string | null;
      opening_fee: string | null;
      closing_fee: string | null;
      funding: string | null;
      asset: string | null;
      is_inferred: boolean | null;
      fill_key: string | null;
      opening_fill_key: string | null;
      round_trip_key: string | null;
      closing_number: string | null;
      piece: number | null;
    };
  };
  "export/table-fills": {
    parameters: {
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      account_id: string | null;
      symbol: string | null;
      fill_id: string | null;
      order_id: string | null;
      side: string | null;
      position_side: string | null;
      price: string | null;
      quantity: string | null;
      value: string | null;
      fee: string | null;
      fee_asset: string | null;
      realized_pnl: string | null;
      margin_asset: string | null;
      is_maker: boolean | null;
      occurred_at: string | null;
      posted_at: string | null;
      value_at: string | null;
      record_key: string | null;
    };
  };
  "export/table-positions": {
    parameters: {
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      account_id: string | null;
      symbol: string | null;
      position_side: string | null;
      number: string | null;
      signed_quantity: string | null;
      quantity_before: string | null;
      quantity_after: string | null;
      cost_after: string | null;
      asset: string | null;
      is_opening: boolean | null;
      is_closing: boolean | null;
      fill_id: string | null;
      order_id: string | null;
      occurred_at: string | null;
      posted_at: string | null;
      record_key: string | null;
    };
  };
  "export/table-postings": {
    parameters: {
      account_id: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      account_id: string | null;
      entry_id: string | null;
      line: number | null;
      kind: string | null;
      symbol: string | null;
      ledger_account: string | null;
      asset: string | null;
      amount: string | null;
      basis: string | null;
      occurred_at: string | null;
      posted_at: string | null;
      value_at: string | null;
      stream: string | null;
      record_key: string | null;
    };
  };
  "export/wallets": {
    parameters: {
      from: string | null;
      account_id: string | null;
      until: string | null;
    };
    row: {
      asset: string | null;
      opening: string | null;
      closing: string | null;
      decimals: number | null;
    };
  };
  "extract/coverage": {
    parameters: {
      last_read_ages_ms: string | null;
      account_id: string | null;
      with_silences: boolean | null;
    };
    row: {
      stream: string | null;
      symbol: string | null;
      is_last_read: boolean | null;
      from_time: string | null;
      until_time: string | null;
    };
  };
  "extract/fee-rate-turn": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
    };
  };
  "extract/first-named": {
    parameters: {
      symbols: string | null;
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      day: string | null;
    };
  };
  "extract/rereads": {
    parameters: {
      young_ms: number | string | null;
      account_id: string | null;
    };
    row: {
      stream: string | null;
      symbol: string | null;
      from_time: string | null;
      until_time: string | null;
    };
  };
  "extract/symbols": {
    parameters: {
      account_id: string | null;
      configured: string | null;
    };
    row: {
      symbol: string | null;
      is_known: boolean | null;
      listed_at: string | null;
    };
  };
  "history-files/file-piece": {
    parameters: {
      from_second: string | null;
      account_id: string | null;
      stream: string | null;
      scope: string | null;
      until_second: string | null;
      rows: number | null;
    };
    row: {
      until_second: string | null;
    };
  };
  "history-files/file-rows": {
    parameters: {
      tables: string | null;
      account_id: string | null;
      stream: string | null;
      scope: string | null;
      from_second: string | null;
      until_second: string | null;
    };
    row: {
      symbol: string | null;
      occurred_at: string | null;
      identity: string | null;
      body: string | null;
      match_key: string | null;
      place: number | null;
    };
  };
  "history-files/file-symbols": {
    parameters: {
      account_id: string | null;
      stream: string | null;
    };
    row: {
      symbol: string | null;
      is_known: boolean | null;
      listed_at: string | null;
    };
  };
  "history-files/matches": {
    parameters: {
      stream: string | null;
      account_id: string | null;
      from_second: string | null;
      until_second: string | null;
      symbol: string | null;
    };
    row: {
      match_key: string | null;
      second: string | null;
      records: number | null;
    };
  };
  "history-files/misplaced": {
    parameters: {
      stream: string | null;
      account_id: string | null;
      tables: string | null;
    };
    row: {
      seconds_off: string | null;
      rows: number | null;
    };
  };
  "history-files/undo-records": {
    parameters: {
      account_id: string | null;
      run_id: string | null;
    };
    row: {
      records: number | null;
    };
  };
  "load/heard-since": {
    parameters: {
      account_id: string | null;
      symbol: string | null;
      since: string | null;
    };
    row: {
      is_heard: boolean | null;
    };
  };
  "load/proven-probes": {
    parameters: {
      account_id: string | null;
      stream: string | null;
    };
    row: {
      symbol: string | null;
      from_time: string | null;
      until_time: string | null;
      read_at: string | null;
      proven_from: string | null;
    };
  };
  "load/reappeared": {
    parameters: {
      rows: string | null;
      account_id: string | null;
      stream: string | null;
    };
    row: Record<never, never>;
  };
  "load/records": {
    parameters: {
      rows: string | null;
      account_id: string | null;
      stream: string | null;
      run_id: string | null;
    };
    row: {
      record_key: string | null;
      version: number | null;
    };
  };
  "load/take-back-silence": {
    parameters: {
      rows: string | null;
      account_id: string | null;
    };
    row: Record<never, never>;
  };
  "load/vanished": {
    parameters: {
      account_id: string | null;
      stream: string | null;
      symbol: string | null;
      from_time: string | null;
      until_time: string | null;
      rows: string | null;
    };
    row: {
      record_key: string | null;
    };
  };
  "load/versions": {
    parameters: {
      account_id: string | null;
      stream: string | null;
      keys: string | null;
    };
    row: {
      record_key: string | null;
      symbol: string | null;
      occurred_at: string | null;
      body: string | null;
    };
  };
  "normalise/first-replaced": {
    parameters: {
      account_id: string | null;
      record_keys: string | null;
    };
    row: {
      first_at: string | null;
    };
  };
  "normalise/next-records": {
    parameters: {
      account_id: string | null;
      after: number | string | null;
      batch: number | null;
    };
    row: {
      stream: string | null;
      record_key: string | null;
      version: number | null;
      symbol: string | null;
      occurred_at: string | null;
      body: string | null;
      sequence: string | null;
    };
  };
  "pipeline/history-span": {
    parameters: {
      account_ids: string | null;
    };
    row: {
      from_time: string | null;
      until_time: string | null;
    };
  };
  "pipeline/keep-open-items": {
    parameters: {
      account_id: string | null;
      now: string | null;
    };
    row: Record<never, never>;
  };
  "pipeline/open-items": {
    parameters: {
      account: string | null;
    };
    row: {
      account_id: string | null;
      what: string | null;
      class: string | null;
      is_accepted: boolean | null;
      count: number | null;
      opened_at: string | null;
    };
  };
  "price/coin-movements": {
    parameters: {
      account_id: string | null;
      currency: string | null;
    };
    row: {
      asset: string | null;
      entry_id: string | null;
      line: number | null;
      kind: string | null;
      debit_account: string | null;
      credit_account: string | null;
      amount: string | null;
      occurred_at: string | null;
      posted_at: string | null;
      minute: string | null;
    };
  };
  "price/forget-minutes": {
    parameters: {
      minutes: string | null;
      account_id: string | null;
    };
    row: Record<never, never>;
  };
  "price/lacking": {
    parameters: {
      account_id: string | null;
    };
    row: {
      asset: string | null;
      minute: string | null;
    };
  };
  "price/lacking-funding-rates": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      hour: string | null;
    };
  };
  "price/lacking-marks": {
    parameters: {
      account_id: string | null;
      until: string | null;
      time_zone: string | null;
    };
    row: {
      symbol: string | null;
      marked_at: string | null;
    };
  };
  "price/margin-assets": {
    parameters: {
      account_id: string | null;
    };
    row: {
      margin_asset: string | null;
    };
  };
  "price/minutes": {
    parameters: {
      time_zone: string | null;
      account_id: string | null;
    };
    row: {
      asset: string | null;
      minute: string | null;
      is_booked: boolean | null;
      is_held: boolean | null;
    };
  };
  "price/quotes": {
    parameters: {
      account_id: string | null;
      last_minute: string | null;
      first_minute: string | null;
    };
    row: {
      base_asset: string | null;
      quote_asset: string | null;
      quality: string | null;
      quoted_at: string | null;
      stands_until: string | null;
      price: string | null;
      source: string | null;
    };
  };
  "price/resting": {
    parameters: {
      account_id: string | null;
      kind: string | null;
      now: string | null;
    };
    row: {
      symbol: string | null;
      instant: string | null;
    };
  };
  "price/write-quotes": {
    parameters: {
      quotes: string | null;
      account_id: string | null;
      fetched_at: string | null;
    };
    row: {
      added: number | null;
      replaced: number | null;
    };
  };
  "price/write-unserved": {
    parameters: {
      answered: string | null;
      account_id: string | null;
      kind: string | null;
      symbol: string | null;
      now: string | null;
    };
    row: Record<never, never>;
  };
  "reconcile/average-pnl": {
    parameters: {
      keep_until: string | null;
      from_time: string | null;
      account_id: string | null;
      fill_average: string | null;
      trade_cash: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      asset: string | null;
      record_key: string | null;
      fill_id: string | null;
      occurred_at: string | null;
      expected: string | null;
      found: string | null;
      fills: string | null;
      close_fills: string | null;
      is_kept: boolean | null;
    };
  };
  "reconcile/collateral-cash": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/collateral-chain": {
    parameters: {
      account_id: string | null;
      is_from_beginning: boolean | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
      lacking_stream: string | null;
      lacking_from: string | null;
      lacking_until: string | null;
    };
  };
  "reconcile/collateral-identities": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/collateral-totals": {
    parameters: {
      account_id: string | null;
      is_from_beginning: boolean | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
      lacking_stream: string | null;
      lacking_from: string | null;
      lacking_until: string | null;
    };
  };
  "reconcile/contract-settlements": {
    parameters: {
      account_id: string | null;
      fill_average: string | null;
    };
    row: {
      symbol: string | null;
      asset: string | null;
      occurred_at: string | null;
      expected: string | null;
      found: string | null;
      price: string | null;
      is_stranded: boolean | null;
      is_either_way: boolean | null;
      lowest: string | null;
      highest: string | null;
      is_finer: boolean | null;
    };
  };
  "reconcile/day-sums": {
    parameters: {
      account_id: string | null;
      from_time: string | null;
    };
    row: {
      day_from: string | null;
      day_until: string | null;
      what: string | null;
      asset: string | null;
      symbol: string | null;
      expected: string | null;
      found: string | null;
      is_missing: boolean | null;
    };
  };
  "reconcile/equity": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      taken_at: string | null;
      quantity: string | null;
      mark_price: string | null;
      unrealized_pnl: string | null;
      entry_decimals: number | null;
      asset: string | null;
      cost: string | null;
    };
  };
  "reconcile/equity-snapshots": {
    parameters: {
      account_id: string | null;
      is_from_beginning: boolean | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/fee-amounts": {
    parameters: {
      keep_until: string | null;
      account_id: string | null;
      from_time: string | null;
    };
    row: {
      symbol: string | null;
      agreeing: string | null;
      rounded: string | null;
      off: string | null;
      is_kept: boolean | null;
    };
  };
  "reconcile/fees-of-no-rate": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      asset: string | null;
      day: string | null;
      fills: number | null;
      record_key: string | null;
      expected: string | null;
      found: string | null;
      first_at: string | null;
      last_at: string | null;
    };
  };
  "reconcile/fill-cash": {
    parameters: {
      account_id: string | null;
      from_time: string | null;
      trade_cash: string | null;
      keep_until: string | null;
    };
    row: {
      kind: string | null;
      symbol: string | null;
      asset: string | null;
      trade_id: string | null;
      from_fill_day: string | null;
      expected: string | null;
      found: string | null;
      trades: string | null;
      equal_trades: string | null;
      has_cash: boolean | null;
      has_fill: boolean | null;
      first_at: string | null;
      last_at: string | null;
      is_due: boolean | null;
      is_kept: boolean | null;
    };
  };
  "reconcile/fill-cash-question": {
    parameters: {
      until: string | null;
      account_id: string | null;
    };
    row: {
      depends_on: string | null;
    };
  };
  "reconcile/fill-legs": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
      lacking_stream: string | null;
      lacking_from: string | null;
      lacking_until: string | null;
    };
  };
  "reconcile/forced-orders": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      order_id: string | null;
      record_key: string | null;
      occurred_at: string | null;
      expected_quantity: string | null;
      found_quantity: string | null;
      expected_price: string | null;
      price_decimals: number | null;
      filled_value: string | null;
      filled_quantity: string | null;
      fills: string | null;
      is_doubled: boolean | null;
    };
  };
  "reconcile/funding-due": {
    parameters: {
      account_id: string | null;
      from_time: string | null;
      decimals: number | null;
    };
    row: {
      symbol: string | null;
      hour: string | null;
      position_side: string | null;
      is_on_hour: boolean | null;
      amount: string | null;
    };
  };
  "reconcile/funding-pairs": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
      lacking_stream: string | null;
      lacking_from: string | null;
      lacking_until: string | null;
    };
  };
  "reconcile/funding-payments": {
    parameters: {
      keep_until: string | null;
      account_id: string | null;
      from_time: string | null;
    };
    row: {
      symbol: string | null;
      asset: string | null;
      hour: string | null;
      amount: string | null;
      is_kept: boolean | null;
    };
  };
  "reconcile/funding-rates-known": {
    parameters: {
      account_id: string | null;
      until: string | null;
    };
    row: {
      digest: string | null;
    };
  };
  "reconcile/funding-rows": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      asset: string | null;
      hour: string | null;
      rows: number | null;
    };
  };
  "reconcile/late-fills": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      occurred_at: string | null;
      period_name: string | null;
    };
  };
  "reconcile/late-funding": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      asset: string | null;
      settled_at: string | null;
      amount: string | null;
      period_name: string | null;
    };
  };
  "reconcile/liquidation-fees": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/liquidation-flags": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/liquidation-orders": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      record_key: string | null;
      occurred_at: string | null;
      clearances: number | null;
      orders: number | null;
    };
  };
  "reconcile/open-spans": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      asset: string | null;
      from_time: string | null;
      until_time: string | null;
    };
  };
  "reconcile/own-transfers": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/position-chain": {
    parameters: {
      account_id: string | null;
      is_from_beginning: boolean | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
      lacking_stream: string | null;
      lacking_from: string | null;
      lacking_until: string | null;
    };
  };
  "reconcile/position-cost": {
    parameters: {
      account_id: string | null;
      fill_average: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/position-cycles": {
    parameters: {
      account_id: string | null;
      is_from_beginning: boolean | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
      lacking_stream: string | null;
      lacking_from: string | null;
      lacking_until: string | null;
    };
  };
  "reconcile/position-states": {
    parameters: {
      account_id: string | null;
      is_from_beginning: boolean | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
      lacking_stream: string | null;
      lacking_from: string | null;
      lacking_until: string | null;
    };
  };
  "reconcile/position-sums": {
    parameters: {
      account_id: string | null;
      from_time: string | null;
      keep_until: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      until_instant: string | null;
      is_kept: boolean | null;
      quantity: string | null;
      cost: string | null;
      fills: string | null;
      openings: string | null;
    };
  };
  "reconcile/positions": {
    parameters: {
      account_id: string | null;
      sums: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      taken_at: string | null;
      shown_quantity: string | null;
      shown_entry_price: string | null;
      entry_decimals: number | null;
      until_request: string | null;
      until_answer: string | null;
      cost_until_request: string | null;
      cost_until_answer: string | null;
      fills: string | null;
      has_opening: boolean | null;
    };
  };
  "reconcile/record-entries": {
    parameters: {
      account_id: string | null;
      from_time: string | null;
    };
    row: {
      record_key: string | null;
      part: string | null;
      symbol: string | null;
      occurred_at: string | null;
      asset: string | null;
      expected: string | null;
      found: string | null;
      has_row: boolean | null;
      has_entry: boolean | null;
    };
  };
  "reconcile/record-history": {
    parameters: {
      account_id: string | null;
      from_time: string | null;
    };
    row: {
      stream: string | null;
      symbol: string | null;
      record_key: string | null;
      occurred_at: string | null;
      expected: string | null;
      found: string | null;
    };
  };
  "reconcile/record-seal": {
    parameters: {
      account_id: string | null;
      after: number | string | null;
      from_time: string | null;
    };
    row: {
      law: string | null;
      stream: string | null;
      symbol: string | null;
      record_key: string | null;
      from_time: string | null;
      until_time: string | null;
      expected: string | null;
      found: string | null;
    };
  };
  "reconcile/same-account": {
    parameters: {
      account_id: string | null;
    };
    row: {
      other_account_id: string | null;
      last_at: string | null;
    };
  };
  "reconcile/stranded-lots": {
    parameters: {
      account_id: string | null;
    };
    row: {
      symbol: string | null;
      position_side: string | null;
      stranded_at: string | null;
      quantity: string | null;
    };
  };
  "reconcile/venue-status": {
    parameters: {
      account_id: string | null;
    };
    row: {
      law: string | null;
      subject: string | null;
      status: string | null;
      expected: string | null;
      found: string | null;
      compared: string | null;
      evidence: string | null;
      checked_at: string | null;
    };
  };
  "reconcile/wallet": {
    parameters: {
      account_id: string | null;
      sums: string | null;
    };
    row: {
      asset: string | null;
      taken_at: string | null;
      wallet: string | null;
      until_request: string | null;
      until_answer: string | null;
      opening: string | null;
      is_inferred: boolean | null;
    };
  };
  "reconcile/wallet-evidence": {
    parameters: {
      intervals: string | null;
      account_id: string | null;
    };
    row: {
      asset: string | null;
      taken_at: string | null;
      postings: number | null;
      set_aside_records: number | null;
      is_settled: boolean | null;
      posting_kind: string | null;
      posting_symbol: string | null;
      posting_record_key: string | null;
      posting_amount: string | null;
      posting_at: string | null;
      is_inside: boolean | null;
      is_near_edge: boolean | null;
    };
  };
  "report/adjustments": {
    parameters: {
      froms: string | null;
      untils: string | null;
      account: string | null;
    };
    row: {
      account_id: string | null;
      place: number | null;
      posted_here: number | null;
      posted_later: number | null;
    };
  };
  "report/catalog": {
    parameters: Record<never, never>;
    row: {
      schema_name: string | null;
      schema_comment: string | null;
      relation: string | null;
      kind: string | null;
      relation_comment: string | null;
      column_name: string | null;
      type: string | null;
      is_required: boolean | null;
      is_key: boolean | null;
      column_comment: string | null;
    };
  };
  "report/counts": {
    parameters: {
      froms: string | null;
      untils: string | null;
      account: string | null;
    };
    row: {
      account_id: string | null;
      place: number | null;
      what: string | null;
      count: number | null;
    };
  };
  "report/coverage": {
    parameters: {
      account: string | null;
    };
    row: {
      account_id: string | null;
      stream: string | null;
      symbol: string | null;
      from_time: string | null;
      until_time: string | null;
      is_known: boolean | null;
    };
  };
  "report/functions": {
    parameters: Record<never, never>;
    row: {
      schema_name: string | null;
      signature: string | null;
      function_comment: string | null;
    };
  };
  "report/inputs": {
    parameters: {
      bounds: string | null;
      account: string | null;
    };
    row: {
      place: number | null;
      inputs: number | null;
      digest: string | null;
    };
  };
  "report/items": {
    parameters: {
      account: string | null;
    };
    row: {
      account_id: string | null;
      what: string | null;
      class: string | null;
      stream: string | null;
      subject: string | null;
      asset: string | null;
      amount: string | null;
      reason: string | null;
      because: string | null;
      occurred_at: string | null;
      since: string | null;
      until: string | null;
    };
  };
  "report/known-symbols": {
    parameters: {
      account: string | null;
    };
    row: {
      account_id: string | null;
      symbol: string | null;
      listed_at: string | null;
    };
  };
  "report/revalued": {
    parameters: {
      account: string | null;
      closing_number: number | null;
      from: string | null;
      until: string | null;
    };
    row: {
      asset: string | null;
      period_name: string | null;
      prices: number | null;
      first_at: string | null;
      closed_price: string | null;
      closed_currency: string | null;
      price: string | null;
      currency: string | null;
    };
  };
  "report/unpriced": {
    parameters: {
      account: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      asset: string | null;
      missing: string | null;
      is_all: boolean | null;
      because: string | null;
      due_at: string | null;
      amounts: number | null;
      first_at: string | null;
    };
  };
  "report/unsettled": {
    parameters: {
      account: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      stream: string | null;
      from_time: string | null;
      until_time: string | null;
    };
  };
  "report/valued-total": {
    parameters: {
      account: string | null;
      from: string | null;
      until: string | null;
    };
    row: {
      currency: string | null;
      net_result: string | null;
      unpriced: number | null;
    };
  };
  "trace/near-entries": {
    parameters: {
      account_ids: string | null;
      id: string | null;
    };
    row: {
      id: string | null;
    };
  };
  "trace/near-records": {
    parameters: {
      account_ids: string | null;
      id: string | null;
    };
    row: {
      id: string | null;
    };
  };
  "trace/set-aside": {
    parameters: {
      records: string | null;
    };
    row: {
      account_id: string | null;
      stream: string | null;
      record_key: string | null;
      kind: string | null;
      reason: string | null;
    };
  };
  "trace/versions": {
    parameters: {
      records: string | null;
    };
    row: {
      account_id: string | null;
      stream: string | null;
      record_key: string | null;
      version: number | null;
      body: string | null;
      run_id: string | null;
      command: string | null;
      started_at: string | null;
    };
  };
  "trace/windows": {
    parameters: {
      records: string | null;
    };
    row: {
      account_id: string | null;
      stream: string | null;
      record_key: string | null;
      symbol: string | null;
      from_time: string | null;
      until_time: string | null;
      is_settled: boolean | null;
      read_at: string | null;
      evidence: string | null;
      note: string | null;
      run_id: string | null;
      command: string | null;
      started_at: string | null;
    };
  };
};
