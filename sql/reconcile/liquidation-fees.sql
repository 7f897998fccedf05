-- Where the rows' own arithmetic shows the liquidation fee to be, and how often; a row whose arithmetic fits
-- nowhere comes by itself.
with judged as (
    select
        asset,
        liquidation_fee_basis,
        case liquidation_fee_basis when 'unexplained' then 'row ' || transaction_id end as broken,
        transaction_type,
        amount,
        open_fee + close_fee - open_value - close_value as amount_without_it,
        liquidation_fee,
        occurred_at

    from history.collateral_transaction

    where account_id = :account_id and liquidation_fee_basis <> 'none'
)

select
    'liquidation_fees' as law,
    asset || ' ' || coalesce(broken, liquidation_fee_basis) as subject,
    case when broken is null then 'agrees' else 'differs' end as status,
    case when broken is null then count(*) else trim_scale(min(amount)) end as expected,
    case when broken is null then count(*) else trim_scale(min(amount_without_it)) end as found,
    count(*) as compared,
    case
        when broken is null then ''
        else
            'the ' || min(transaction_type) || ' of ' || to_char(min(occurred_at) at time zone 'UTC', 'YYYY-MM-DD')
            || ' with a liquidation fee of ' || trim_scale(min(liquidation_fee))::text
    end as evidence,
    null as checked_at

from judged

group by
    asset,
    liquidation_fee_basis,
    broken

order by
    asset collate "C",
    liquidation_fee_basis collate "C",
    broken collate "C"
