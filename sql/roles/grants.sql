-- Two roles for books on a Postgres server: perpbooks_job for the nightly run, perpbooks_analyst for those
-- who read. Neither can log in, and no password is in here: a person makes a user and gives it one of them.
--
--     psql --single-transaction --set ON_ERROR_STOP=1 --file sql/roles/grants.sql "$OWNER_URL"
--
-- Run it as the owner of the database, after the schema was made (`perpbooks status` as the owner makes it,
-- and brings it up to date). What this owner makes at a later upgrade is granted by itself. It can be run
-- again at any time.

do $roles$
declare
    wanted text;
begin
    foreach wanted in array array['perpbooks_job', 'perpbooks_analyst'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I nologin', wanted);
        end if;
    end loop;
    -- By default everybody who may log in to the server may connect to each database, and make temporary
    -- tables.
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect on database %I to perpbooks_job, perpbooks_analyst', current_database());
    -- Before version 15 everybody may make tables in it, and only a superuser can take that back: from
    -- anybody else this is a warning.
    if to_regnamespace('public') is not null then
        revoke create on schema public from public;
    end if;
end;
$roles$;

-- The job: it reads everything, and writes what a night writes.
grant usage on schema raw, snapshot, history, ledger, price, report, perpbooks to perpbooks_job;
grant select on all tables in schema raw, snapshot, history, ledger, price, report, perpbooks to perpbooks_job;
grant insert, update, delete on all tables in schema raw, snapshot, history, ledger, price to perpbooks_job;
alter default privileges in schema raw, snapshot, history, ledger, price, report, perpbooks
grant select on tables to perpbooks_job;
alter default privileges in schema raw, snapshot, history, ledger, price
grant insert, update, delete on tables to perpbooks_job;

-- What a venue said is added to, and never changed.
revoke update, delete on raw.record from perpbooks_job;

-- What a person does (accept, import, download, close, reopen), the owner does.
revoke insert, update, delete
on raw.decision, raw.download, raw.import, raw.import_gap, raw.undone_record,
    ledger.closed_period, ledger.closed_output, ledger.closed_entry, ledger.closed_position_opening,
    ledger.closed_valuation
from perpbooks_job;

-- After much has come the job has its tables analyzed. Before version 17 only their owner may: there the
-- server's own autovacuum does, some minutes later.
do $maintain$
begin
    if current_setting('server_version_num')::integer >= 170000 then
        execute 'grant maintain on all tables in schema raw, history, ledger, price to perpbooks_job';
        execute 'alter default privileges in schema raw, history, ledger, price
            grant maintain on tables to perpbooks_job';
    end if;
end;
$maintain$;

-- The analyst: the books, what they were made of, and the views for people. Not what a venue sent, word for
-- word, nor what the program keeps for itself.
grant usage on schema report, ledger, history to perpbooks_analyst;
grant select on all tables in schema report, ledger, history to perpbooks_analyst;
alter default privileges in schema report, ledger, history grant select on tables to perpbooks_analyst;

-- A view reads with its owner's rights, a function with those of its caller: these are what the functions
-- read.
grant usage on schema raw, snapshot, price to perpbooks_analyst;
grant select
on raw.account, raw.instrument, snapshot.taken, snapshot.position, snapshot.position_state, price.mark
to perpbooks_analyst;
