-- The functions of the program's schemas, and what the catalog's comments say of them.
select
    namespace.nspname as schema_name,
    procedure.proname || '(' || pg_get_function_arguments(procedure.oid) || ') returns '
        || pg_get_function_result(procedure.oid) as signature,
    obj_description(procedure.oid, 'pg_proc') as function_comment

from pg_catalog.pg_proc as procedure

inner join pg_catalog.pg_namespace as namespace
    on procedure.pronamespace = namespace.oid

where namespace.nspname in ('report', 'ledger', 'history', 'raw', 'snapshot', 'price', 'perpbooks')

order by
    namespace.nspname collate "C",
    procedure.proname collate "C"
