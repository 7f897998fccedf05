-- The last run of an account: done, stopped or killed; null while it is going on. One without an end was
-- killed, unless its lock is held, which goes with its process. That of a folder's store is held in the one
-- session that all share who read it meanwhile.
select
    started_at,
    case
        when finished_at is not null then outcome
        when
            not exists (
                select

                from pg_locks

                where locktype = 'advisory'
                    and objsubid = 1
                    and granted
                    and database = (select oid from pg_database where datname = current_database())
                    and (classid::bigint << 32 | objid::bigint) = hashtextextended('perpbooks/run ' || run_id, 0)
            )
            then 'killed'
    end as outcome,
    stopped_by,
    requests,
    new_records

from raw.run

where account_id = :account_id

order by
    started_at desc,
    finished_at is null desc,
    run_id collate "C" desc

limit 1
