import { Type } from 'typebox';

export const integer = (
  description: string,
  options: { default: number; minimum: number; maximum: number },
) => Type.Integer({ description, ...options });

export const optional = (description: string) => Type.Optional(Type.String({ description }));
