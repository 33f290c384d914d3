// Building the page. Text becomes text nodes only, so nothing that a visitor, publisher or shop wrote can be markup.

// `h('button', { class: 'main', onclick: run }, 'Save')`; children are texts, nodes, arrays or nothing.
export const h = (name, properties = {}, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? '' : value);
  }
  fill(element, children);
  return element;
};

const fill = (element, children) => {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
};

export const replace = (element, ...children) => {
  element.replaceChildren();
  fill(element, children);
  return element;
};

// Text of foreign origin keeps its own direction inside a right-to-left page.
export const foreign = (text, name = 'bdi') => h(name, { dir: 'auto' }, text ?? '');

export const code = (text) => h('code', { dir: 'ltr' }, text ?? '');

export const spinner = (text) => h('p', { class: 'loading', role: 'status' }, h('span', { class: 'spinner' }), text);
