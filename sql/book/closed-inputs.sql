-- The records of a period that were there up to a sequence: how many, and the hash of them all. Each day is
-- hashed first, and then the days' hashes, so that no text grows with the history.
with days as (
    select
        (occurred_at at time zone 'UTC')::date as day,
        count(*) as records,
        encode(
            sha256(
                convert_to(
                    string_agg(
                        concat_ws(' ', raw.sealed_stream(stream), record_key, version, encode(sha256(convert_to(body, 'UTF8')), 'hex')),
                        chr(10)
                        order by
                            raw.sealed_stream(stream) collate "C",
                            record_key collate "C",
                            version
                    ),
                    'UTF8'
                )
            ),
            'hex'
        ) as digest

    from raw.record

    where
        account_id = :account_id
        and occurred_at >= :from
        and occurred_at < :until
        and sequence <= :through::bigint

    group by (occurred_at at time zone 'UTC')::date
)

select
    coalesce(sum(records), 0)::bigint as records,
    encode(
        sha256(convert_to(coalesce(string_agg(day::text || ' ' || digest, chr(10) order by day), ''), 'UTF8')), 'hex'
    ) as digest

from days
