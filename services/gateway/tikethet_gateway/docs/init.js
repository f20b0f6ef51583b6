// Starts Swagger UI on the merged document. In the demo somebody is signed in already, so that "Try it out" works.
'use strict';

const page = document.getElementById('swagger-ui');
const ui = SwaggerUIBundle({
  url: '/openapi.json',
  domNode: page,
  deepLinking: true,
  displayRequestDuration: true,
  docExpansion: 'list',
  persistAuthorization: false,
  tryItOutEnabled: true,
  validatorUrl: null,
  onComplete: page.dataset.demo === 'true' ? authorize : undefined,
});

async function authorize() {
  const as = new URLSearchParams(location.search).get('as') ?? 'admin';
  const answer = await fetch('/api/v1/demo/token?as=' + encodeURIComponent(as));
  if (answer.ok) ui.preauthorizeApiKey('bearer', (await answer.json()).access_token);
}
