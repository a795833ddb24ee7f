import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { checkLine, stockText } from '../src/features/cart/stock/line-check.ts';
import { LAMP, MUG } from './fake-shop/samples.ts';
import { cartLink, quantityOfMug } from './support/locators.ts';
import { fakeShop, openTab } from './support/open-shop.tsx';

const button = (name: string) => page.getByRole('button', { name });
const plus = () => button('Increase quantity of Stoneware Mug');
const addLamp = () => button('Add Desk Lamp to cart');

function shopWithMugs(quantity: number) {
  const shop = fakeShop();
  shop.setQuantity(MUG, quantity);
  return shop;
}

/** As when the shopper comes back to the page. */
function lookAgain(): void {
  window.dispatchEvent(new Event('visibilitychange'));
}

describe('a product page', () => {
  test('takes as many as are left, counting those in the cart', async () => {
    const shop = fakeShop();
    await openTab(`/products/${LAMP.product_id}`);
    for (const count of ['1 item', '2 items', '3 items']) {
      await addLamp().first().click();
      await expect.element(cartLink(count)).toBeVisible();
    }
    const text = 'Only 3 left, and they are in your cart.';
    await expect.element(page.getByText(text).first()).toBeVisible();
    await expect.element(addLamp().first()).toHaveAttribute('aria-disabled', 'true');
    await expect.element(addLamp().first()).toHaveAccessibleDescription(text);
    await addLamp().first().click({ force: true });
    await expect.poll(() => shop.quantityOf(LAMP.product_id)).toBe(3);
    await expect.element(cartLink('3 items')).toBeVisible();
  });

  test('shows a new price and new stock at the next look', async () => {
    const shop = fakeShop();
    await openTab(`/products/${MUG.product_id}`);
    await expect.element(page.getByText('$18.50')).toBeVisible();
    shop.reprice(MUG.product_id, 21);
    shop.restock(MUG.product_id, 2);
    lookAgain();
    await expect.element(page.getByText('The price has changed from $18.50.')).toBeVisible();
    await expect.element(page.getByText('Only 2 left')).toBeVisible();
  });
});

describe('a line of the cart', () => {
  test('stops at what is left, and says so', async () => {
    const shop = shopWithMugs(1);
    shop.restock(MUG.product_id, 2);
    await openTab('/cart');
    await expect.element(page.getByText('Only 2 left')).toBeVisible();
    await plus().click();
    await expect.element(quantityOfMug()).toHaveValue('2');
    await expect.element(plus()).toBeDisabled();
  });

  test('with more than is left says so and is reduced with one click', async () => {
    const shop = shopWithMugs(4);
    shop.restock(MUG.product_id, 2);
    await openTab('/cart');
    await expect.element(page.getByText('Only 2 left, but your cart has 4.')).toBeVisible();
    await button('Reduce Stoneware Mug to 2').click();
    await expect.element(quantityOfMug()).toHaveValue('2');
    await expect.poll(() => shop.quantityOf(MUG.product_id)).toBe(2);
    await expect.element(page.getByText('but your cart has')).not.toBeInTheDocument();
  });

  test('that has sold out says so', async () => {
    const shop = shopWithMugs(1);
    shop.restock(MUG.product_id, 0);
    await openTab('/cart');
    await expect.element(page.getByText('Sold out. Remove it to order the rest.')).toBeVisible();
    await button('Remove Stoneware Mug').click();
    await expect.element(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  });

  test('that is no longer sold says so', async () => {
    const shop = shopWithMugs(1);
    shop.withdraw(MUG.product_id);
    await openTab('/cart');
    await expect.element(page.getByText('No longer sold. Remove it to order')).toBeVisible();
  });

  test('shows the old and the new price, and accepts it with one click', async () => {
    const shop = shopWithMugs(2);
    shop.reprice(MUG.product_id, 21);
    await openTab('/cart');
    const line = page.getByRole('list', { name: 'Cart lines' });
    await expect.element(line).toHaveTextContent('Price changed: was $18.50 is now $21.00 each');
    const summary = page.getByRole('region', { name: 'Order summary' });
    await expect.element(summary).toHaveTextContent('This total has the old one.');
    await button('Accept $21.00 for Stoneware Mug').click();
    await expect.element(line).not.toHaveTextContent('Price changed');
    await expect.element(summary).toHaveTextContent('Subtotal$42.00');
    expect(shop.callsOf('adjustCartItem').map(({ body }) => body)).toEqual([{ price: 21 }]);
  });

  test('tells of a change within seconds while the page is open', async () => {
    const shop = shopWithMugs(4);
    await openTab('/cart');
    await expect.element(quantityOfMug()).toHaveValue('4');
    shop.restock(MUG.product_id, 1);
    await expect
      .element(page.getByText('Only 1 left, but your cart has 4.'), { timeout: 9000 })
      .toBeVisible();
  });

  test('tells of a change at once when an event of the cart comes', async () => {
    const shop = shopWithMugs(4);
    await openTab('/cart');
    await expect.element(quantityOfMug()).toHaveValue('4');
    shop.restock(MUG.product_id, 1);
    shop.publish(shop.setQuantity(LAMP, 1));
    await expect.element(page.getByText('Only 1 left, but your cart has 4.')).toBeVisible();
  });
});

describe('the checkout', () => {
  test('tells what has changed before the form, each with its fix', async () => {
    const shop = shopWithMugs(4);
    shop.setQuantity(LAMP, 1);
    shop.restock(MUG.product_id, 2);
    shop.reprice(MUG.product_id, 21);
    shop.restock(LAMP.product_id, 0);
    await openTab('/checkout');
    const issues = page.getByRole('region', { name: 'Look at this before you order' });
    await expect.element(issues).toHaveTextContent('Only 2 left, but your cart has 4.');
    await issues.getByRole('button', { name: 'Accept $21.00 for Stoneware Mug' }).click();
    await issues.getByRole('button', { name: 'Reduce Stoneware Mug to 2' }).click();
    await issues.getByRole('button', { name: 'Remove Desk Lamp' }).click();
    await expect.element(issues).not.toBeInTheDocument();
    await expect.poll(() => shop.quantityOf(LAMP.product_id)).toBe(0);
    expect(shop.cart().items).toMatchObject([{ quantity: 2, price: 21 }]);
    expect(shop.callsOf('checkout')).toHaveLength(0);
  });
});

describe('what a line says about the stock', () => {
  test.for([
    [1, 40, undefined, 40],
    [1, 500, undefined, 99],
    [1, 5, 'Only 5 left', 5],
    [6, 6, 'Only 6 left', 6],
    [7, 6, 'Only 6 left, but your cart has 7.', 6],
    [1, 0, 'Sold out. Remove it to order the rest.', 0],
  ] as const)('%i in the cart, %i left: %s, at most %i', ([quantity, available, text, max]) => {
    const check = checkLine(
      { price: 2, quantity },
      {
        product_id: 'mug',
        product_name: 'Mug',
        quantity,
        shown_price: 2,
        current_price: 2,
        subtotal: 2 * quantity,
        discount: 0,
        tax: 0,
        total: 2 * quantity,
        available,
        issues: [],
      },
    );
    expect(stockText(check, quantity)).toBe(text);
    expect(check.max).toBe(max);
  });

  test('nothing before the first quote', () => {
    const check = checkLine({ price: 2, quantity: 9 }, undefined);
    expect([stockText(check, 9), check.max]).toEqual([undefined, 99]);
  });
});
