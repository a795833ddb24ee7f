/**
 * Keeps what shoppers enter out of PostgreSQL's log; the database's parameter group in infrastructure_cdk and
 * compose.yaml set the same. Errors' own text and statements' text remain: the services pass all values as parameters.
 *
 * Source: PostgreSQL 15, 20.8 Error Reporting and Logging.
 */
export const LOG_SETTINGS = {
  // Parameters of slow statements (default -1: whole) and of failed ones (0 is the default).
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  // No DETAIL, HINT, QUERY, CONTEXT: a violated constraint's DETAIL has the key or the whole row.
  log_error_verbosity: 'terse',
} as const;
