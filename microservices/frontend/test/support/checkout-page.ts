import { expect } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { FakeShop } from '../fake-shop/fake-shop.ts';
import { ADDRESS, MUG } from '../fake-shop/samples.ts';
import { fakeShop, openTab } from './open-shop.tsx';

export const placeOrder = () => page.getByRole('button', { name: 'Place order' });
export const field = (name: string) => page.getByRole('textbox', { name });
export const alert = () => page.getByRole('alert');
export const thanks = () => page.getByRole('heading', { name: 'Thank you, Robin Vale' });

export async function openTabAtCheckout() {
  const shop = fakeShop();
  shop.setQuantity(MUG, 2);
  const tab = await openTab('/checkout');
  await expect.element(placeOrder()).toBeEnabled();
  return { shop, tab };
}

export const openCheckout = async (): Promise<FakeShop> => (await openTabAtCheckout()).shop;

export async function fillForm(): Promise<void> {
  await fillAddress();
  await page.getByRole('radio', { name: 'Test card that is approved' }).click();
}

export async function fillAddress(): Promise<void> {
  await userEvent.fill(field('Email'), 'robin@example.com');
  await page.getByRole('combobox', { name: 'Country' }).selectOptions('US');
  await userEvent.fill(field('Full name'), ADDRESS.name);
  await userEvent.fill(field('Street and number'), ADDRESS.line1);
  await userEvent.fill(field('ZIP code'), ADDRESS.postal_code);
  await userEvent.fill(field('Town or city'), ADDRESS.city);
}
