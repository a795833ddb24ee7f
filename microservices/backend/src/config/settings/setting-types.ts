import { Type } from 'typebox';

export const integer = (
  description: string,
  options: { default: number; minimum: number; maximum: number },
) => Type.Integer({ description, ...options });
export const port = (description: string, preset: number) =>
  integer(description, { default: preset, minimum: 0, maximum: 65_535 });

/** At most MAX_PRICE. */
export const amount = (description: string) =>
  Type.String({ description, default: '0', pattern: '^\\d{1,8}(\\.\\d{1,2})?$' });

export const optional = (description: string) => Type.Optional(Type.String({ description }));
