// A shopper's actions. Locators are the accessible names that a screen reader announces.

import type { Page } from 'playwright-core';

export interface Product {
  readonly id: string;
  readonly name: string;
}

export class Shopper {
  readonly page: Page;
  readonly #url: string;

  constructor(page: Page, url: string) {
    this.page = page;
    this.#url = url;
  }

  open(path = '/') {
    return this.page.goto(this.#url + path);
  }

  heading(name: string | RegExp) {
    return this.page.getByRole('heading', { name, level: 1 });
  }

  /** The cart link in the header shows the number of items. */
  cartLink(count: number) {
    return this.page.getByRole('link', { name: `Cart, ${count} item${count === 1 ? '' : 's'}` });
  }

  async add({ id, name }: Product) {
    await this.open(`/products/${id}`);
    await this.page.getByRole('button', { name: `Add ${name} to cart` }).click();
    await this.page.getByText(`${name} is in your cart.`).waitFor();
  }

  quantity(name: string) {
    return this.page.getByRole('spinbutton', { name: `Quantity of ${name}` });
  }

  async goToCheckout() {
    await this.open('/cart');
    await this.page.getByRole('link', { name: 'Checkout' }).filter({ visible: true }).click();
    await this.heading('Checkout').waitFor();
  }

  async fillCheckout(payment = 'Test card that is approved') {
    const { page } = this;
    await page.getByLabel('Email').fill('shopper@example.com');
    await page.getByLabel('Country').selectOption('US');
    await page.getByLabel('Full name').fill('Test Shopper');
    await page.getByLabel('Street and number').fill('1 Test Street');
    await page.getByLabel('ZIP code').fill('97201');
    await page.getByLabel('Town or city').fill('Portland');
    await this.choosePayment(payment);
  }

  choosePayment(payment: string) {
    return this.page.getByRole('radio', { name: payment }).check();
  }

  placeOrder() {
    return this.page.getByRole('button', { name: 'Place order' }).click();
  }

  alert() {
    return this.page.getByRole('alert');
  }
}
