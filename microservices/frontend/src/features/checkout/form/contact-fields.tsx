import { TextField } from './field.tsx';

export function ContactFields() {
  return (
    <fieldset>
      <legend className="mb-4 font-serif text-2xl">Contact</legend>
      <TextField
        name="email"
        label="Email"
        // Not type="email": Chromium would give a domain of another script back in Punycode.
        type="text"
        inputMode="email"
        autoComplete="email"
        autoCapitalize="none"
        spellCheck={false}
        hint="Only about this order."
      />
    </fieldset>
  );
}
