export function Hero() {
  return (
    <section
      aria-labelledby="hero-heading"
      className="mb-14 grid items-center overflow-hidden rounded-3xl bg-sage md:grid-cols-[1fr_1.1fr] lg:mb-20"
    >
      <div className="px-6 pt-10 sm:px-12 md:py-14 lg:pl-16">
        <h1
          id="hero-heading"
          className="font-serif text-[2.6rem] leading-[1.05] tracking-tight text-balance sm:text-6xl"
        >
          Good things, made to be used
        </h1>
        <p className="mt-5 max-w-md text-lg text-pretty text-ink/80">
          For the kitchen, the desk and the hours between. Chosen for how they work, and how they
          wear.
        </p>
        <a
          href="#products"
          className="mt-7 inline-flex min-h-12 items-center rounded-full bg-ink px-7 font-semibold text-paper transition-colors hover:bg-rust"
        >
          Browse the shop
        </a>
      </div>
      <img
        src="/images/hero.svg"
        alt=""
        width="720"
        height="480"
        fetchPriority="high"
        className="h-auto w-full self-end"
      />
    </section>
  );
}
