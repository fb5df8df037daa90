// Runs in the page and returns what is wrong with it, as a list of sentences.
(() => {
  const wrong = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;

  // Nothing wider than the screen.
  const page = document.documentElement;
  if (page.scrollWidth > window.innerWidth) {
    const wide = [...document.body.querySelectorAll('*')].filter(
      (e) => !e.closest('svg, .card') && shown(e) && e.getBoundingClientRect().right > window.innerWidth + 1);
    wrong.push(`the page is ${page.scrollWidth} wide on a screen of ${window.innerWidth}: ${wide.slice(0, 3).map((e) => e.outerHTML.slice(0, 80))}`);
  }

  // Structure.
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  ids.filter((id, i) => ids.indexOf(id) !== i).forEach((id) => wrong.push(`the id ${id} comes twice`));
  for (const attribute of ['aria-labelledby', 'aria-describedby'])
    for (const e of document.querySelectorAll(`[${attribute}]`))
      for (const id of e.getAttribute(attribute).split(' '))
        if (!document.getElementById(id)) wrong.push(`${attribute} refers to ${id}, which is not there`);
  for (const link of document.querySelectorAll('a[href^="#"]'))
    if (!document.querySelector(link.getAttribute('href'))) wrong.push(`the link ${link.getAttribute('href')} leads nowhere`);
  let level = 0;
  for (const heading of document.querySelectorAll('h1, h2, h3, h4, h5, h6')) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) wrong.push(`h${now} "${heading.textContent}" follows h${level}`);
    level = now;
  }
  if (document.querySelectorAll('h1').length !== 1) wrong.push('there is not one h1');
  for (const landmark of ['main', 'nav', 'header'])
    if (document.querySelectorAll(`body > ${landmark}`).length !== 1) wrong.push(`there is not one ${landmark}`);
  for (const svg of document.querySelectorAll('svg'))
    if (!svg.querySelector(':scope > title')?.textContent) wrong.push('a picture has no title');
  for (const th of document.querySelectorAll('th')) if (!th.scope) wrong.push(`a heading of a table has no scope: ${th.textContent}`);
  for (const table of document.querySelectorAll('table')) if (!table.caption) wrong.push('a table has no caption');

  // Contrast of every text (WCAG 2.2, criterion 1.4.3).
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => ({
    r: top.r * top.a + below.r * (1 - top.a), g: top.g * top.a + below.g * (1 - top.a), b: top.b * top.a + below.b * (1 - top.a), a: 1,
  });
  const luminance = ({ r, g, b }) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  const background = (element) => {
    const layers = [];
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.a > 0) layers.push(color);
      if (color.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { r: 255, g: 255, b: 255, a: 1 });
  };
  // In a picture: the fills that were painted below the middle of the text.
  const painted = (text) => {
    const svg = text.ownerSVGElement;
    const box = text.getBBox();
    const point = svg.createSVGPoint();
    [point.x, point.y] = [box.x + box.width / 2, box.y + box.height / 2];
    let below = background(svg.parentElement);
    for (const shape of svg.querySelectorAll('rect, polygon, polyline, circle, ellipse, path')) {
      if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
      const style = getComputedStyle(shape);
      if (style.fill === 'none' || !shape.isPointInFill(point)) continue;
      const fill = parse(style.fill);
      below = over({ ...fill, a: fill.a * Number(style.fillOpacity) * Number(style.opacity) }, below);
    }
    return below;
  };
  let texts = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.data.trim() || element.closest('title, style') || !shown(element)) continue;
    texts += 1;
    const style = getComputedStyle(element);
    const inPicture = element instanceof SVGElement;
    const below = inPicture ? painted(element.closest('text')) : background(element);
    const ink = over(parse(inPicture ? style.fill : style.color), below);
    const ratio = contrast(ink, below);
    if (ratio < 4.5) wrong.push(`contrast ${ratio.toFixed(2)}: "${node.data.trim().slice(0, 60)}"`);
  }
  if (texts < 30) wrong.push(`only ${texts} texts were looked at`);
  return wrong;
})()
