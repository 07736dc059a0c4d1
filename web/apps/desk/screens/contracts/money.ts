// Amounts come as decimal text and stay text: only the thousands are set apart.

/** `32400.00` as `32,400.00`. */
export function moneyText(amount: string): string {
  const [whole = '', ...fen] = amount.split('.')
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fen].join('.')
}
