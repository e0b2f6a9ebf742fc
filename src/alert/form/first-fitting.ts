/** The first of these sizes in which a thing fits, made in it; null where it fits in none. Larger ones are made in vain only. */
export function firstFitting<Size, Form>(
  sizes: readonly Size[],
  make: (size: Size) => Form,
  fits: (form: Form) => boolean,
): Form | null {
  for (const size of sizes) {
    const form = make(size)
    if (fits(form)) return form
  }
  return null
}
