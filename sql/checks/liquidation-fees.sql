-- Where the rows' own arithmetic shows the liquidation fee to be, and how often; a row whose arithmetic fits nowhere comes by itself.
select
    'liquidation_fees' as law,
    asset || ' ' || case liquidation_fee_basis when 'unexplained' then 'row ' || transaction_id else liquidation_fee_basis end as subject,
    case when liquidation_fee_basis = 'unexplained' then 'differs' else 'agrees' end as status,
    case when liquidation_fee_basis = 'unexplained' then trim_scale(min(amount)) else count(*) end as expected,
    case
        when liquidation_fee_basis = 'unexplained' then trim_scale(min(open_fee + close_fee - open_value - close_value))
        else count(*)
    end as found,
    count(*) as compared,
    case
        when liquidation_fee_basis = 'unexplained' then
            'the ' || min(transaction_type) || ' of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD')
            || ' with a liquidation fee of ' || trim_scale(min(liquidation_fee))::text
        else ''
    end as evidence,
    null as checked_at

from history.collateral_transaction

where account_id = :account_id and liquidation_fee_basis <> 'none'

group by
    asset,
    liquidation_fee_basis,
    case when liquidation_fee_basis = 'unexplained' then transaction_id end,
    case liquidation_fee_basis when 'unexplained' then 'row ' || transaction_id else liquidation_fee_basis end

order by
    asset collate "C",
    liquidation_fee_basis collate "C",
    case when liquidation_fee_basis = 'unexplained' then transaction_id end collate "C"
