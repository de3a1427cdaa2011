// What the judges in judge.py ask a page, computed in the page from what the browser renders. One expression: an object of functions.
(() => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", { willReadFrequently: true });
  const known = new Map();

  /** A CSS colour as [red, green, blue, alpha], whatever form it is written in. */
  function rgba(color) {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = color;
      canvas.fillRect(0, 0, 1, 1);
      const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
      known.set(color, [red, green, blue, alpha / 255]);
    }
    return known.get(color);
  }

  function over([red, green, blue, alpha], below) {
    return [red, green, blue].map((one, at) => one * alpha + below[at] * (1 - alpha)).concat(1);
  }

  function luminance(color) {
    const [red, green, blue] = color.slice(0, 3).map((one) => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  }

  /** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
  function ratio(one, other) {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  }

  function ancestors(element) {
    const found = [];
    for (let one = element; one; one = one.parentElement) found.push(one);
    return found;
  }

  /** Remembers what it found for each element, as long as nothing changes: for one question. */
  function remembering(find) {
    const found = new Map();
    const remembered = (element) => {
      if (!found.has(element)) found.set(element, find(element, remembered));
      return found.get(element);
    };
    return remembered;
  }

  function canvasColor() {
    const probe = document.documentElement.appendChild(document.createElement("i"));
    probe.style.color = "Canvas";
    const color = rgba(getComputedStyle(probe).color);
    probe.remove();
    return color;
  }

  /** Tells the colour behind an element; on paper, where browsers print no backgrounds, white. */
  function backdrops(onPaper) {
    const bottom = onPaper ? [255, 255, 255, 1] : canvasColor();
    return remembering((element, behind) => {
      if (onPaper) return bottom;
      return over(rgba(getComputedStyle(element).backgroundColor), element.parentElement ? behind(element.parentElement) : bottom);
    });
  }

  function opacities() {
    return remembering((element, of) => Number(getComputedStyle(element).opacity) * (element.parentElement ? of(element.parentElement) : 1));
  }

  function faded(color, by) {
    return [...color.slice(0, 3), color[3] * by];
  }

  /** The colours of an SVG paint: its own, or those of the pattern that it refers to. None for no paint. */
  function paints(value) {
    const reference = /url\("?#([^")]+)"?\)/.exec(value);
    if (!reference) return value === "none" ? [] : [rgba(value)];
    const pattern = document.getElementById(reference[1]);
    if (!pattern) return [[0, 0, 0, 0]];
    return [...pattern.querySelectorAll("*")].flatMap((one) => [getComputedStyle(one).fill, getComputedStyle(one).stroke].flatMap(paints));
  }

  function isShown(element) {
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  }

  const SILENT = "script, style, title, desc, template, noscript, defs";

  /** The text nodes of an element, each with the element that it stands in, whether they are shown or not. */
  function texts(root) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.data.trim() && !node.parentElement.closest(SILENT)) found.push([node, node.parentElement]);
    }
    return found;
  }

  function boxOf(node) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return range.getBoundingClientRect();
  }

  function shapes(svg) {
    return [...svg.querySelectorAll("path, rect, circle, line, polygon")].filter((one) => !one.closest("defs"));
  }

  function hasArea(shape) {
    const box = shape.getBoundingClientRect();
    return Math.min(box.width, box.height) > 1.5;
  }

  function overlaps(one, other) {
    return one.left < other.right - 0.5 && other.left < one.right - 0.5 && one.top < other.bottom - 0.5 && other.top < one.bottom - 0.5;
  }

  /** Where a text has its signs: a font's line may be much higher than they are, and reach over what is above and below. */
  function inked(node, element) {
    const box = boxOf(node);
    const middle = (box.top + box.bottom) / 2;
    const half = 0.4 * Number.parseFloat(getComputedStyle(element).fontSize);
    return { left: box.left, right: box.right, top: middle - half, bottom: middle + half };
  }

  /** All that a text may stand on: what is behind it, and in a drawing the shapes that it lies over. */
  function grounds(node, element, behind) {
    const svg = element.closest("svg");
    const under = svg ? shapes(svg).filter((one) => hasArea(one) && overlaps(inked(node, element), one.getBoundingClientRect())) : [];
    return [behind, ...under.flatMap((one) => paints(getComputedStyle(one).fill)).map((color) => over(color, behind))];
  }

  function inkOf(element) {
    const style = getComputedStyle(element);
    return element.closest("svg") ? faded(paints(style.fill)[0] ?? [0, 0, 0, 0], Number(style.fillOpacity)) : rgba(style.color);
  }

  /** Texts whose contrast is below a limit, each with its colour, the colour behind it and the ratio. */
  function faintTexts({ limit, onPaper }) {
    const [backdrop, opacity] = [backdrops(onPaper), opacities()];
    return texts(document.body).filter(([, element]) => isShown(element)).flatMap(([node, element]) => {
      const ink = faded(inkOf(element), opacity(element));
      return grounds(node, element, backdrop(element))
        .map((ground) => ({ ratio: ratio(over(ink, ground), ground), ground }))
        .filter((one) => one.ratio < limit)
        .map((one) => `${node.data.trim().slice(0, 60)}: ${one.ratio.toFixed(2)}, rgb(${ink}) on rgb(${one.ground})`);
    });
  }

  /** Texts that stand on a picture or a gradient, where no contrast can be told. */
  function textsOnPictures() {
    const onPicture = remembering((element, above) =>
      getComputedStyle(element).backgroundImage !== "none" || Boolean(element.parentElement && above(element.parentElement)));
    return texts(document.body)
      .filter(([, element]) => onPicture(element))
      .map(([node]) => node.data.trim().slice(0, 60));
  }

  /** Shapes of charts that stand out from what is behind them by less than a limit; thin lines, such as a grid, are not asked. */
  function faintShapes({ limit, onPaper }) {
    const [backdrop, opacity] = [backdrops(onPaper), opacities()];
    return [...document.querySelectorAll("figure svg")].flatMap((svg) => {
      const behind = backdrop(svg);
      return shapes(svg).filter(hasArea).flatMap((one) => {
        const style = getComputedStyle(one);
        const seen = [...paints(style.fill), ...paints(style.stroke)].map((color) => ratio(over(faded(color, opacity(one)), behind), behind));
        return seen.length && Math.max(...seen) < limit ? [`${style.fill} on rgb(${behind}): ${Math.max(...seen).toFixed(2)}`] : [];
      });
    });
  }

  function openDetails() {
    document.querySelectorAll("details").forEach((one) => one.setAttribute("open", ""));
  }

  /** Every text of the main part but for some elements, and whether it is shown. */
  function mainTexts({ without }) {
    return texts(document.querySelector("main")).filter(([, element]) => !element.closest(without)).map(([node, element]) => [node.data.trim(), isShown(element)]);
  }

  function pathTo(element) {
    return ancestors(element).reverse().slice(2).map((one) => one.tagName.toLowerCase() + (one.id ? `#${one.id}` : "")).join(" > ");
  }

  /** Elements that are wider than the room they are in and cannot be scrolled: cut off on paper, or pushing the page sideways. */
  function cutOff() {
    return [...document.querySelectorAll("main *")]
      .filter((one) => one.namespaceURI.endsWith("xhtml") && one.clientWidth && one.scrollWidth > one.clientWidth + 1)
      .filter((one) => getComputedStyle(one).overflowX !== "visible")
      .map((one) => `${pathTo(one)}: ${one.scrollWidth} in ${one.clientWidth} px`);
  }

  /** How wide the page is, and what reaches beyond the window and is not inside something that scrolls. */
  function width() {
    const room = document.documentElement.clientWidth;
    const beyond = [...document.querySelectorAll("body *")]
      .filter((one) => one.getBoundingClientRect().right > room + 0.5)
      .filter((one) => !ancestors(one.parentElement).some((above) => ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(above).overflowX)))
      .map((one) => `${pathTo(one)}: to ${one.getBoundingClientRect().right.toFixed(0)} px`);
    return { width: document.documentElement.scrollWidth, beyond };
  }

  /** Whatever scrolls sideways but cannot be reached by the keyboard. */
  function scrollsUnreached() {
    return [...document.querySelectorAll("main *")]
      .filter((one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth + 1)
      .filter((one) => one.tabIndex < 0)
      .map(pathTo);
  }

  function nameOf(element) {
    const by = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
    const told = by.map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
    return (element.getAttribute("aria-label") ?? (told || element.textContent)).trim();
  }

  function labelled(element) {
    return Boolean(element.getAttribute("aria-label")?.trim() || (element.getAttribute("aria-labelledby") && nameOf(element)));
  }

  function headingComplaints() {
    const levels = [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((one) => [Number(one.tagName[1]), one.textContent.trim()]);
    const skipped = levels.filter(([level], at) => level > (at ? levels[at - 1][0] : 0) + 1).map(([level, text]) => `h${level} skips a level: ${text}`);
    const nameless = levels.filter(([, text]) => !text).map(([level]) => `h${level} without a text`);
    const firsts = levels.filter(([level]) => level === 1).length;
    return [...skipped, ...nameless, ...(firsts === 1 ? [] : [`${firsts} h1`])];
  }

  function landmarkComplaints() {
    const mains = document.querySelectorAll("main").length;
    const outside = [...document.body.children].filter((one) => !one.matches("header, nav, main, footer, [aria-hidden=true], a[href='#main']"));
    return [
      ...(mains === 1 ? [] : [`${mains} main`]),
      ...(document.querySelector("nav") ? [] : ["no nav"]),
      ...[...document.querySelectorAll("nav, [role=region], section[role]")].filter((one) => !labelled(one)).map((one) => `${pathTo(one)} has no label`),
      ...outside.map((one) => `${pathTo(one)} is in no landmark`),
      ...(document.documentElement.lang ? [] : ["no lang"]),
      ...(document.title.trim() ? [] : ["no title"]),
    ];
  }

  function tableComplaints() {
    return [...document.querySelectorAll("table")].flatMap((table) => {
      const heads = [...table.querySelectorAll("th")];
      const loose = heads.filter((one) => !one.hasAttribute("scope") && !one.closest("thead"));
      return [...(heads.length ? [] : [`${pathTo(table)} has no th`]), ...loose.map((one) => `th without scope: ${one.textContent}`)];
    });
  }

  function pictureComplaints() {
    const svgs = [...document.querySelectorAll("svg")].filter((one) => !one.closest("[aria-hidden=true]"));
    return [
      ...svgs.filter((one) => one.getAttribute("role") !== "img").map((one) => `${pathTo(one)} has no role img`),
      ...svgs.filter((one) => !one.querySelector(":scope > title")?.textContent.trim()).map((one) => `${pathTo(one)} has no title`),
      ...[...document.querySelectorAll("img")].filter((one) => !one.alt.trim()).map((one) => `${pathTo(one)} has no alt`),
      ...[...document.querySelectorAll("figure")]
        .filter((one) => !labelled(one) && !one.querySelector("figcaption")?.textContent.trim())
        .map((one) => `${pathTo(one)} has no name`),
    ];
  }

  function nameComplaints() {
    const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
    const twice = [...new Set(ids.filter((id, at) => ids.indexOf(id) !== at))];
    const referring = [...document.querySelectorAll("[aria-labelledby], [aria-describedby]")].flatMap((one) =>
      `${one.getAttribute("aria-labelledby") ?? ""} ${one.getAttribute("aria-describedby") ?? ""}`.split(/\s+/).filter(Boolean));
    return [
      ...[...document.querySelectorAll("a[href], summary, button")].filter((one) => !nameOf(one)).map((one) => `${pathTo(one)} has no text`),
      ...twice.map((id) => `the id ${id} is there twice`),
      ...referring.filter((id) => !document.getElementById(id)).map((id) => `nothing has the id ${id}`),
    ];
  }

  /** What a screen reader would stumble over. */
  function readerComplaints() {
    return [landmarkComplaints, headingComplaints, tableComplaints, pictureComplaints, nameComplaints].flatMap((judge) => judge());
  }

  /** The tags of the page and the attributes of each, for whoever knows which belong there. */
  function markup() {
    const found = new Map();
    document.querySelectorAll("*").forEach((one) => {
      const tag = one.tagName.toLowerCase();
      found.set(tag, new Set([...(found.get(tag) ?? []), ...one.getAttributeNames()]));
    });
    return Object.fromEntries([...found].map(([tag, names]) => [tag, [...names].sort()]));
  }

  function links() {
    return [...document.querySelectorAll("a[href]")].map((one) => one.getAttribute("href"));
  }

  function ids() {
    return [...document.querySelectorAll("[id]")].map((one) => one.id);
  }

  /** Makes every event that a handler in a markup may wait for. */
  function provoke() {
    const kinds = ["mouseover", "mouseenter", "focus", "error", "load", "toggle", "animationstart", "pointerover"];
    document.querySelectorAll("*").forEach((one) => kinds.forEach((kind) => one.dispatchEvent(new Event(kind, { bubbles: false }))));
  }

  /** Each chart as it is drawn: its table, its texts, and the place of each filled shape in pixels of the screen. */
  function charts() {
    return [...document.querySelectorAll("figure.chart")].map((figure) => ({
      id: figure.id,
      title: figure.querySelector("svg > title")?.textContent ?? "",
      table: [...figure.querySelectorAll("table tr")].map((row) => [...row.cells].map((cell) => cell.textContent.trim())),
      caption: figure.querySelector("figcaption").textContent,
      texts: [...figure.querySelectorAll("svg text")].map((text) => ({ text: text.textContent, ...placed(text) })),
      lines: [...figure.querySelectorAll("svg line")].map(placed),
      shapes: shapes(figure.querySelector("svg"))
        .map((one) => ({ fill: one.getAttribute("fill") ?? "", ...placed(one) }))
        .filter((one) => one.fill && one.fill !== "none" && one.width > 0 && one.height > 0),
    }));
  }

  /** Where a shape is, without its stroke: a path that is a box has its edge in the middle of its line. */
  function placed(shape) {
    const box = shape.getBBox();
    const matrix = shape.getScreenCTM();
    const from = new DOMPoint(box.x, box.y).matrixTransform(matrix);
    const to = new DOMPoint(box.x + box.width, box.y + box.height).matrixTransform(matrix);
    return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
  }

  return { charts, cutOff, faintShapes, faintTexts, ids, links, mainTexts, markup, openDetails, provoke, readerComplaints, scrollsUnreached, textsOnPictures, width };
})()
