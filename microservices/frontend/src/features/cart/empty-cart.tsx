import { ButtonLink } from '../../shared/ui/button.tsx';
import { MessagePanel } from '../../shared/ui/message-panel.tsx';
import { EmptyBasketPicture } from '../../shared/ui/pictures.tsx';

export function EmptyCart() {
  return (
    <MessagePanel
      title="Your cart is empty"
      picture={<EmptyBasketPicture />}
      actions={
        <>
          <ButtonLink to="/">Browse the shop</ButtonLink>
          <ButtonLink look="secondary" to="/orders">
            See your orders
          </ButtonLink>
        </>
      }
    >
      <p>When you find something you like, it waits for you here.</p>
    </MessagePanel>
  );
}
