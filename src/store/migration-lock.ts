/** Any number, as long as it is always this one: who migrates holds the advisory lock of it. */
export const MIGRATION_LOCK = 8015998433;
