-- The tables and views of the program's schemas, those first that a reader should use first, with the first
-- sentence of what the catalog says of each.
select
    namespace.nspname || '.' || class.relname as relation,
    case class.relkind when 'v' then 'view' else 'table' end as kind,
    rtrim(substring(obj_description(class.oid, 'pg_class') from '^.*?[.:](?=\s|$)'), ':') as holds

from pg_catalog.pg_class as class

inner join pg_catalog.pg_namespace as namespace
    on class.relnamespace = namespace.oid

where class.relkind in ('r', 'p', 'v')
    and namespace.nspname in ('report', 'ledger', 'history', 'price', 'snapshot', 'raw', 'perpbooks')

order by
    array_position(
        array['report', 'ledger', 'history', 'price', 'snapshot', 'raw', 'perpbooks'],
        namespace.nspname::text
    ),
    class.relkind desc,
    class.relname collate "C"
