-- The columns of one table or view in their order, with what the catalog says of each.
select
    attribute.attname as column,
    format_type(attribute.atttypid, attribute.atttypmod) as type,
    case
        when coalesce(attribute.attnum = any(index.indkey::smallint[]), false) then 'key'
        -- Of a view the catalog does not know.
        when not attribute.attnotnull and class.relkind <> 'v' then 'may be null'
    end as note,
    col_description(class.oid, attribute.attnum) as means

from pg_catalog.pg_class as class

inner join pg_catalog.pg_namespace as namespace
    on class.relnamespace = namespace.oid

inner join pg_catalog.pg_attribute as attribute
    on class.oid = attribute.attrelid
    and attribute.attnum > 0
    and not attribute.attisdropped

left join pg_catalog.pg_index as index
    on class.oid = index.indrelid
    and index.indisprimary

where namespace.nspname || '.' || class.relname = :relation

order by attribute.attnum
