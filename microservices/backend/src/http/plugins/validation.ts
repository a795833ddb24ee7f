import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { isAmount } from '../../money.ts';
import { addAddressRules } from '../address/validate-address.ts';
import type { App } from '../app.ts';
import { MAX_LISTED_ERRORS, pointerTo, TEXT_KEYWORD } from '../field-errors.ts';
import { findIllFormedText } from '../text.ts';

const OPTIONS: Options = {
  allErrors: true,
  removeAdditional: false,
  useDefaults: true,
  strict: false,
  // They are ours, and a test checks them: to check them here, Ajv would compile the schema of schemas first.
  validateSchema: false,
};

/**
 * A JSON body is taken as it is; text from a query string or path may become a number. All text has to be
 * well-formed, whether its schema says so or not.
 */
export function addValidation(app: App): void {
  const exact = createAjv({ ...OPTIONS, coerceTypes: false });
  const coercing = createAjv({ ...OPTIONS, coerceTypes: true });
  app.setValidatorCompiler(({ schema, httpPart }) =>
    httpPart === 'body'
      ? withTextRule(exact.compile(schema))
      : withTextRule(coercing.compile(schema), integersOf(schema)),
  );
}

function createAjv(options: Options): Ajv {
  const ajv = new Ajv(options);
  addFormats.default(ajv, ['date-time']);
  addAddressRules(ajv);
  // 0.01 has no exact binary form, so Ajv's own keyword, a division, refuses some amounts over a million.
  ajv.removeKeyword('multipleOf');
  ajv.addKeyword({
    keyword: 'multipleOf',
    type: 'number',
    schema: true,
    validate: (divisor: number, amount: number) =>
      divisor === 0.01 ? isAmount(amount) : amount % divisor === 0,
    errors: false,
  });
  return ajv;
}

/** As much as is used of the schema of a query string, path or headers. */
interface ParameterSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: string }>>;
}

type Check = ((data: unknown) => boolean) & Pick<ValidateFunction, 'errors'>;

/** @param integers names of parameters that arrive as text */
function withTextRule(validate: ValidateFunction, integers: readonly string[] = []): Check {
  const check: Check = (data) => {
    // First, because the schema may turn text into numbers.
    const illFormed = findIllFormedText(data, MAX_LISTED_ERRORS);
    const misspelled = findMisspelledIntegers(integers, data);
    const fits = validate(data);
    if (fits && illFormed.length === 0 && misspelled.length === 0) return true;
    const own = [...illFormed.map(textError), ...misspelled.map(integerError)];
    const said = new Set(own.map(({ instancePath }) => instancePath));
    const others = (validate.errors ?? []).filter(({ instancePath }) => !said.has(instancePath));
    check.errors = [...own, ...others];
    return false;
  };
  return check;
}

const integersOf = (schema: object): string[] => {
  const { properties = {} }: ParameterSchema = schema;
  return Object.keys(properties).filter((name) => properties[name]?.type === 'integer');
};

/** Ajv would also take '0x10', '1e1' and ' 1'. */
function findMisspelledIntegers(integers: readonly string[], data: unknown): readonly string[] {
  if (integers.length === 0) return integers;
  const given: Record<string, unknown> = Object(data);
  return integers.filter((name) => {
    const text = given[name];
    return typeof text === 'string' && !/^-?\d+$/.test(text);
  });
}

const integerError = (name: string): ErrorObject => ({
  instancePath: pointerTo([name]),
  keyword: 'type',
  schemaPath: '',
  message: 'must be integer',
  params: {},
});

const textError = (names: readonly string[]): ErrorObject => ({
  instancePath: pointerTo(names),
  keyword: TEXT_KEYWORD,
  schemaPath: '',
  params: {},
});
