import { z } from 'zod';
import { shopKubectl } from '../commands/kubectl.ts';
import type { Context } from '../context.ts';

const DEPLOYMENT = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.object({
            envFrom: z
              .array(z.object({ configMapRef: z.object({ name: z.string() }).optional() }))
              .default([]),
          }),
        ),
      }),
    }),
  }),
});
const WHAT = "The backend's settings cannot be read.";

/** The provider of the running backend; its default is `test` (microservices/backend/env.schema.json). */
async function paymentProviderOf(context: Context): Promise<string> {
  const args = ['get', 'deployment', 'backend-deployment', '-o', 'json'];
  const deployment = DEPLOYMENT.parse(JSON.parse(await shopKubectl(context, WHAT, args)));
  const names = deployment.spec.template.spec.containers
    .flatMap(({ envFrom }) => envFrom)
    .flatMap(({ configMapRef }) => configMapRef?.name ?? []);
  const path = 'jsonpath={.data.PAYMENT_PROVIDER}';
  for (const name of names) {
    const get = ['get', 'configmap', name, '-o', path];
    const provider = (await shopKubectl(context, WHAT, get)).trim();
    if (provider) return provider;
  }
  return 'test';
}

/** Why the script must not order. @returns undefined if an order moves no money */
export async function reasonForNoOrder(context: Context): Promise<string | undefined> {
  if (context.options.environment === 'production')
    return "production's payment provider takes real money; place the first order yourself";
  const provider = await paymentProviderOf(context);
  return provider === 'test'
    ? undefined
    : `PAYMENT_PROVIDER is ${provider}, and only "test" has test cards here`;
}
