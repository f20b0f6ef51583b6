// The window between the page and an app: the app's parent, so that it is known which of two apps speaks. An app in a frame
// posts to its parent for web.telegram.org only; it stands on this very origin, so what it calls is our own function.
const app = document.createElement('iframe');
app.title = 'Mini App';
app.allow = 'clipboard-write';

window.postMessage = (message) => {
  const told = JSON.parse(message);
  window.frameElement.hear(told.eventType, told.eventData ?? {});
};
window.tell = (eventType, eventData) => app.contentWindow?.postMessage(JSON.stringify({ eventType, eventData }), location.origin);

app.src = window.frameElement.dataset.address;
document.body.append(app);
app.focus();
