// delivery/manifests.sh of both services, with an imitated kubectl that prints the kustomization instead of what it renders.

import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { runDelivery } from './delivery-script.ts';

function manifests(service: string, variables: Readonly<Record<string, string>>) {
  const { status, output } = runDelivery('manifests.sh', {
    programs: { kubectl: 'cat "$2/kustomization.yaml"' },
    steps: [],
    service,
    files: { 'image-tag': 'abc' },
    variables: {
      AWS_REGION: 'us-west-2',
      REPOSITORY_URI: 'registry.example/shop',
      OIDC_ISSUER: 'https://login.example.com',
      OIDC_AUDIENCE: 'carthub',
      HOST_NAME: 'shop.example.com',
      ...variables,
    },
  });
  return { status, output };
}

const settings = (output: string): string[] =>
  (parse(output).configMapGenerator ?? []).flatMap(
    ({ literals }: { literals: string[] }) => literals,
  );

describe('the manifests of a release', () => {
  it("mount Stripe's keys if its publishable key is given", () => {
    const variables = { ENVIRONMENT: 'production', STRIPE_PUBLISHABLE_KEY: 'pk_live_1' };
    const { status, output } = manifests('backend', variables);
    expect(status, output).toBe(0);
    expect(parse(output).components).toEqual(['../k8s/stripe']);
    expect(settings(output)).toContain('STRIPE_PUBLISHABLE_KEY=pk_live_1');
    const storefront = manifests('frontend', variables);
    expect(settings(storefront.output)).toEqual(['PAYMENT_PROVIDER=stripe']);
  });

  it('are refused in production without it, with what to do', () => {
    const { status, output } = manifests('backend', { ENVIRONMENT: 'production' });
    expect(status).toBe(1);
    expect(output).toContain('carthub/production/payments/stripe');
    expect(output).toContain('--context stripePublishableKey=pk_live_…');
  });

  it.each(['development', 'staging'])('need no account of Stripe in %s', (environment) => {
    const { status, output } = manifests('backend', { ENVIRONMENT: environment });
    expect(status, output).toBe(0);
    expect(parse(output).components).toBeUndefined();
    expect(settings(manifests('frontend', { ENVIRONMENT: environment }).output)).toEqual([]);
  });
});
