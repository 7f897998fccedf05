-- Every table and view of the program's schemas with its columns, and what the catalog's comments say of
-- them.
with relations as (
    select
        namespace.nspname as schema_name,
        obj_description(namespace.oid, 'pg_namespace') as schema_comment,
        class.oid as class_oid,
        class.relname as relation,
        case class.relkind when 'v' then 'view' else 'table' end as kind,
        obj_description(class.oid, 'pg_class') as relation_comment

    from pg_catalog.pg_class as class

    inner join pg_catalog.pg_namespace as namespace
        on class.relnamespace = namespace.oid

    where class.relkind in ('r', 'p', 'v')
        and namespace.nspname not in ('information_schema', 'public')
        and namespace.nspname not like 'pg\_%'
)

select
    relations.schema_name,
    relations.schema_comment,
    relations.relation,
    relations.kind,
    relations.relation_comment,
    attribute.attname as column_name,
    format_type(attribute.atttypid, attribute.atttypmod) as type,
    attribute.attnotnull as is_required,
    coalesce(attribute.attnum = any(index.indkey::smallint[]), false) as is_key,
    col_description(relations.class_oid, attribute.attnum) as column_comment

from relations

inner join pg_catalog.pg_attribute as attribute
    on relations.class_oid = attribute.attrelid
    and attribute.attnum > 0
    and not attribute.attisdropped

left join pg_catalog.pg_index as index
    on relations.class_oid = index.indrelid
    and index.indisprimary

order by
    relations.schema_name collate "C",
    relations.relation collate "C",
    attribute.attnum
