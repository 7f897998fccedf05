/**
 * What the embedded database keeps from those who read it. It has one session, a superuser's, so a role
 * that may only read is not enough: whoever takes the session's own role back within one statement could
 * then, in a transaction that only reads, write files of the store (`copy … to`) and read them.
 *
 * A statement can do that in two ways. By code of its own (`do`), which needs a language: that is taken
 * from the public. And by `set_config`, which clients call for harmless settings: in its place stands a
 * function of the same name, within which Postgres itself refuses to change roles, since it has rights of
 * its own. Those are of a role that has no others.
 */
import type { PGlite } from "@electric-sql/pglite";

/** It may connect where all others may not any more, which means nothing here. */
const OWNER = "pg_use_reserved_connections";

const KEEP = `
  begin;
  revoke usage on language plpgsql from public;
  alter function pg_catalog.set_config(text, text, boolean) rename to set_config_of_any;
  revoke execute on function pg_catalog.set_config_of_any(text, text, boolean) from public;
  grant execute on function pg_catalog.set_config_of_any(text, text, boolean) to ${OWNER};
  create function pg_catalog.set_config(setting_name text, new_value text, is_local boolean) returns text
  language plpgsql security definer as $$
  begin
    if lower(setting_name) = 'exit_on_error'
      or lower(setting_name) = 'client_encoding' and upper(new_value) not in ('UTF8', 'UTF-8', 'UNICODE', 'SQL_ASCII')
    then
      raise insufficient_privilege using message =
        format('permission denied to set parameter "%s" to "%s"', setting_name, new_value);
    end if;
    return pg_catalog.set_config_of_any(setting_name, new_value, is_local);
  end $$;
  alter function pg_catalog.set_config(text, text, boolean) owner to ${OWNER};
  commit;
`;

/** Once for each store; it stays with it. */
export async function keepRightsFromReaders(pglite: PGlite): Promise<void> {
  const { rows } = await pglite.query<{ is_kept: boolean }>(
    "select to_regprocedure('pg_catalog.set_config_of_any(text, text, boolean)') is not null as is_kept",
  );
  if (rows[0]?.is_kept !== true) await pglite.exec(KEEP);
}
