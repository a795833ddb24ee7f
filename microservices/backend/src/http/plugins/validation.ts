import { Ajv, type Options } from 'ajv';
import addFormats from 'ajv-formats';
import type { App } from '../app.ts';

const OPTIONS: Options = {
  allErrors: true,
  // 0.01 has no exact binary form, so a price is compared to within a millionth of a cent.
  multipleOfPrecision: 8,
  removeAdditional: false,
  useDefaults: true,
  strict: false,
  // They are ours, and a test checks them: to check them here, Ajv would compile the schema of schemas first.
  validateSchema: false,
};

/** A JSON body is taken as it is; text from a query string or path may become a number. */
export function addValidation(app: App): void {
  const exact = createAjv({ ...OPTIONS, coerceTypes: false });
  const coercing = createAjv({ ...OPTIONS, coerceTypes: true });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? exact : coercing).compile(schema),
  );
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv(options);
  addFormats.default(ajv, ['date-time', 'email']);
  return ajv;
}
