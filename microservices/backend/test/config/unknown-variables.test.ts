import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EnvironmentSchema } from '../../src/config/env.ts';
import { EnvironmentError, readEnvironment } from '../../src/config/read-environment.ts';
import { unknownVariables } from '../../src/config/unknown-variables.ts';

const SETTINGS = Object.keys(EnvironmentSchema.properties);

describe('a variable that looks like a setting', () => {
  it.each([
    ['TAX_RATE_PERCENTAGE', 'TAX_RATE_PERCENT'],
    ['TAX_RATE', 'TAX_RATE_PERCENT'],
    ['TAXRATE_PERCENT', 'TAX_RATE_PERCENT'],
    ['tax_rate_percent', 'TAX_RATE_PERCENT'],
    ['TAX-RATE-PERCENT', 'TAX_RATE_PERCENT'],
    ['CURENCY', 'CURRENCY'],
    ['CURRENCY_CODE', 'CURRENCY'],
    ['SHIPPING_FREE_ABOVE', 'SHIPPING_FREE_FROM'],
    ['SHIPPING_FLAT_RATE', 'SHIPPING_FLAT'],
    ['DB_POOL_SIZE', 'DB_POOL_MAX'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['DATABASE_PASSWORD_FILE', 'DATABASE_PASSWORD'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['TRUSTED_PROXY', 'TRUST_PROXY'],
    ['GUEST_TOKEN_SECRETS', 'GUEST_TOKEN_SECRET'],
    ['RATE_LIMIT', 'RATE_LIMIT_PER_ADDRESS'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['ENVIROMENT', 'ENVIRONMENT'],
    ['OIDC_ISSUER_URL', 'OIDC_ISSUER'],
    ['CARTHUB_AUHT', 'CARTHUB_AUTH'],
    ['PERCENT_TAX_RATE', 'TAX_RATE_PERCENT'],
    ['TAXRATEPERCENT', 'TAX_RATE_PERCENT'],
    ['DBSTATEMENTTIMEOUTMS', 'DB_STATEMENT_TIMEOUT_MS'],
    ['LIVE.SWEEP.MS', 'LIVE_SWEEP_MS'],
    [' CURRENCY', 'CURRENCY'],
    ['SHOP_CURRENCY', 'CURRENCY'],
    ['MY_TAX_RATE_PERCENT', 'TAX_RATE_PERCENT'],
    ['TRUST_PROXIES', 'TRUST_PROXY'],
    ['TAX_PERCENT', 'TAX_RATE_PERCENT'],
    ['VAT_RATE', 'TAX_RATE_PERCENT'],
    ['SHIPPING_COST', 'SHIPPING_FLAT'],
    ['FREE_SHIPPING_FROM', 'SHIPPING_FREE_FROM'],
    ['RATE_LIMIT_CUSTOMER', 'RATE_LIMIT_PER_CUSTOMER'],
    ['GUEST_TOKEN_HOURS', 'GUEST_TOKEN_TTL_HOURS'],
    ['DB_URL', 'DATABASE_URL'],
    ['PROT', 'PORT'],
    ['HSOT', 'HOST'],
  ])('%s is refused, and %s is named', (name, setting) => {
    expect(unknownVariables({ [name]: 'x' }, SETTINGS)).toEqual([
      `${name} is not a setting: did you mean ${setting}? Rename it, or unset it.`,
    ]);
  });

  it('with one letter missing, changed, added or swapped is refused, whatever the setting', () => {
    const at = fc.tuple(fc.constantFrom(...SETTINGS), fc.nat(), fc.constantFrom(...'AEINRTX_'));
    const property = fc.property(at, ([setting, number, letter]) => {
      const i = number % setting.length;
      const [before, after] = [setting.slice(0, i), setting.slice(i + 1)];
      const swapped = `${before}${after.slice(0, 1)}${setting[i]}${after.slice(1)}`;
      const names = [before + after, before + letter + after, before + letter + setting.slice(i)];
      for (const name of [...names, swapped].filter((each) => !SETTINGS.includes(each)))
        expect([name, unknownVariables({ [name]: 'x' }, SETTINGS)]).not.toEqual([name, []]);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it.each(SETTINGS)('with a prefix or suffix of %s is refused', (setting) => {
    // What resembles these has a meaning of its own.
    if (/^(HOST|PORT|ENVIRONMENT|LOG_LEVEL|DATABASE_(URL|HOST|PORT))$/.test(setting)) return;
    for (const name of [`${setting}_VALUE`, `CARTHUB_${setting}`, `BACKEND_${setting}`])
      expect([name, unknownVariables({ [name]: 'x' }, SETTINGS)]).not.toEqual([name, []]);
  });

  it('is in the list with every other problem', () => {
    const variables = { PORT: 'x', TAX_RATE_PERCENTAGE: '8' };
    expect(() => readEnvironment(variables)).toThrow(EnvironmentError);
    expect(() => readEnvironment(variables)).toThrow(
      /PORT is "x"[\s\S]*DATABASE_URL[\s\S]*did you mean TAX_RATE_PERCENT\?/,
    );
  });

  it('that people guess is accepted beside the setting that it could mean', () => {
    const both = { DB_URL: 'x', DATABASE_URL: 'x', SHIPPING_COST: '1', SHIPPING_FLAT: '1' };
    expect(unknownVariables(both, SETTINGS)).toEqual([]);
  });

  it('is accepted if it is empty, as every setting', () => {
    expect(unknownVariables({ TAX_RATE_PERCENTAGE: '' }, SETTINGS)).toEqual([]);
  });
});

/** What shells, containers, Kubernetes, CI, AWS and other programs set. */
const UNRELATED = `
  HOSTNAME HOSTTYPE HOME PWD OLDPWD PATH USER LOGNAME LANG LC_ALL LANGUAGE TERM SHELL SHLVL EDITOR PAGER TZ TMPDIR
  DISPLAY MAIL LS_COLORS COLORTERM XDG_RUNTIME_DIR SSH_AUTH_SOCK DBUS_SESSION_BUS_ADDRESS INVOCATION_ID JOURNAL_STREAM
  HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy ALL_PROXY
  KUBERNETES_SERVICE_HOST KUBERNETES_SERVICE_PORT KUBERNETES_SERVICE_PORT_HTTPS KUBERNETES_PORT
  KUBERNETES_PORT_443_TCP KUBERNETES_PORT_443_TCP_PROTO KUBERNETES_PORT_443_TCP_PORT KUBERNETES_PORT_443_TCP_ADDR
  CARTHUB_BACKEND_SERVICE_HOST CARTHUB_BACKEND_SERVICE_PORT BACKEND_SERVICE_PORT_HTTP BACKEND_PORT_80_TCP
  BACKEND_PORT_8000_TCP_ADDR DATABASE_SERVICE_HOST DATABASE_SERVICE_PORT DATABASE_PORT_5432_TCP
  TAX_RATE_PERCENT_SERVICE_HOST LIVE_STREAMS_PORT_80_TCP_PORT
  PGHOST PGPORT PGUSER PGPASSWORD PGDATABASE PGSSLMODE PGOPTIONS PGAPPNAME POSTGRES_PASSWORD POSTGRES_USER POSTGRES_DB
  DB_HOST DB_PORT DB_NAME DB_USER DB_PASSWORD DATABASE_NAME DATABASE_USER DATABASE_URL_UNPOOLED DATABASE_HOST_RO
  NODE_ENV NODE_OPTIONS NODE_PATH NODE_VERSION YARN_VERSION NVM_DIR NVM_BIN npm_config_registry npm_package_name
  npm_lifecycle_event npm_execpath npm_config_user_agent INIT_CWD COREPACK_HOME
  CI GITHUB_ACTIONS GITHUB_TOKEN RUNNER_OS BUILD_ID BUILD_NUMBER CODEBUILD_BUILD_ID JENKINS_URL GITLAB_CI
  AWS_REGION AWS_DEFAULT_REGION AWS_ACCESS_KEY_ID AWS_ROLE_ARN AWS_WEB_IDENTITY_TOKEN_FILE AWS_PROFILE
  AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE AWS_EXECUTION_ENV ECS_CONTAINER_METADATA_URI
  OTEL_EXPORTER_OTLP_ENDPOINT OTEL_SERVICE_NAME DD_AGENT_HOST DD_ENV SENTRY_DSN SENTRY_ENVIRONMENT
  DATABASE_FILE DATABASE_DIR DB_FILE DB_MAX APP_DIR STATE_DIR STATE_DIRECTORY RUNTIME_DIRECTORY FRONTEND_PORT
  STOREFRONT_PORT FRONTEND_URL POSTGRES_URL SHIPPING_API_KEY TAX_API_KEY GUEST_USER CI_COMMIT_SHA CI_JOB_ID MAX_JOBS
  REPORT_PORT SUPPORT EXPORT IMPORT_PATH ENV APP_ENV RAILS_ENV LOG_FORMAT LOG_FILE LOG_LEVEL_ROOT DEBUG VERBOSE SECRET
  SESSION_SECRET COOKIE_SECRET JWT_SECRET SECRET_KEY SECRET_KEY_BASE OIDC_CLIENT_ID OIDC_CLIENT_SECRET REDIS_URL
  SHIPPING TAX PRICE RATE LIMIT LIVE PAYMENT SMTP_HOST SMTP_PORT HOSTS PORTS HOST_IP PORT_RANGE
  CARTHUB_STATE_DIR CARTHUB_ENVIRONMENT CARTHUB_REGION CARTHUB_ACCOUNT CARTHUB_ZONES CARTHUB_HOST_NAME
  BACKEND_PORT BACKEND_URL BACKEND_DATABASE_URL SITE NGINX_OUT BACKUP_PLACE BACKUP_KEEP_DAYS
  DATABASE_SECRET_ARN APP_CREDENTIALS_DIR MIGRATION_LOCK_TIMEOUT_MS MIGRATION_STATEMENT_TIMEOUT_MS MIGRATION_LOCK_RETRIES
  _ __CF_USER_TEXT_ENCODING WSLENV WT_SESSION
`
  .trim()
  .split(/\s+/);

describe('another variable', () => {
  it.each(UNRELATED)('%s is no misspelled setting', (name) => {
    expect(unknownVariables({ [name]: 'x' }, SETTINGS)).toEqual([]);
  });

  it('of this very environment is none either', () => {
    expect(unknownVariables(process.env, SETTINGS)).toEqual([]);
  });

  it('of Kubernetes is ignored even with the name of a setting', () => {
    const linked = {
      DATABASE_URL: 'postgres://host/db',
      CARTHUB_AUTH: 'off',
      DATABASE_PORT: 'tcp://10.0.0.7:5432',
      LIVE_STREAMS_PORT: 'tcp://10.0.0.7:80',
    };
    expect(readEnvironment(linked).DATABASE_PORT).toBeUndefined();
  });
});
