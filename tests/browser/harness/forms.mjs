// Filling forms in, by the paths of their fields, which are the same in every language.

const at = (page, path) => page.locator(`[data-field=${JSON.stringify(path)}]`);

export const fill = (page, path, value) => at(page, path).fill(value);

// Chooses from a list by what the entry says.
export const choose = async (page, path, option) => {
  await at(page, path).click();
  await page.getByRole('option', { name: option }).first().click();
};

export const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

// What stands at the field as wrong; waits until something does.
export const objection = async (page, path) => {
  const field = page.locator(`[data-field=${JSON.stringify(path)}][aria-invalid=true]`);
  await field.waitFor();
  const ids = (await field.getAttribute('aria-describedby')) ?? '';
  const texts = await Promise.all(ids.split(' ').filter((id) => id.endsWith('-error')).map((id) => page.locator(`[id="${id}"]`).innerText()));
  return texts.join();
};

// Waits until the field has the focus.
export const focusedAt = (page, path) => page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-field') === wanted, path);
