// The page of the fake server about itself: how it asks and how it shows. All that it knows comes
// from the routes beside it, and all that it shows is set as text: names and bodies are whatever a
// test invents.
'use strict';

const patience = 10000;  // ms that an answer may take

const $ = (id) => document.getElementById(id);

// ---- the server -------------------------------------------------------------------------------

/** The server has answered, and the answer is no. Its text says what to do. */
class Refusal extends Error {}

// Numbers that a double does not hold stay as they were written, where the browser can do that.
function exact(key, value, context) {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || source === String(value)) return value;
  return JSON.rawJSON ? JSON.rawJSON(source) : value;
}

let session = '';  // whose world is shown; empty: the common one
const ofAll = ['sessions', 'openapi.json'];  // what is asked for when a session may be gone

async function ask(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: session && !ofAll.includes(path) ? {'X-Fake-Session': session} : {},
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    signal: AbortSignal.timeout(patience),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Refusal(text.trim() || 'The server answered with status ' + answer.status + '.');
  return JSON.parse(text, exact);
}

const wording = (error) =>
  error instanceof Refusal ? error.message : 'The server did not answer. Nothing is known of what it did.';

// ---- elements ---------------------------------------------------------------------------------

/** make('td', {class: 'x'}, 'text', node …): null and false are left out. */
function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (typeof value === 'function') element.addEventListener(key, value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child != null && child !== false));
  return element;
}

function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function say(element, text) {
  element.hidden = !text;
  setText(element, text);
}

const none = (text = '–') => make('span', {class: 'none'}, text);
const plural = (n, one, many) => n.toLocaleString('en') + ' ' + (n === 1 ? one : many);
// A time that no calendar has is shown as the number that it is.
const iso = (ms) =>
  (typeof ms === 'number' && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : JSON.stringify(ms));
const timeOfDay = (ms) => new Date(ms).toLocaleTimeString('en-GB') + '.' + String(ms % 1000).padStart(3, '0');
const day = (ms) => iso(ms).replace(/^(.{10})T(.{5}).*$/, '$1 $2');

/** One text for an empty list, or none. */
function showEmpty(name, text) {
  say($(name + '-empty'), text);
  const table = $(name + '-table');
  if (table) table.hidden = text !== '';
}

/** Runs what a button or a form asks for; a failure is told beside it. */
function act(button, place, what) {
  return async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-busy') === 'true') return;
    button.setAttribute('aria-busy', 'true');
    try {
      await what();
      if (place) say(place, '');
    } catch (error) {
      if (place) say(place, wording(error));
    } finally {
      button.removeAttribute('aria-busy');
    }
  };
}

