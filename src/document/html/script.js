document.addEventListener('DOMContentLoaded', function () {
  'use strict';
  var words = new Intl.Collator(document.documentElement.lang, { numeric: true });

  function key(row, column, isNumber) {
    var cell = row.cells[column];
    if (cell.hasAttribute('data-null')) return null;
    if (!isNumber) return cell.textContent;
    var number = Number(cell.hasAttribute('data-value') ? cell.dataset.value : cell.textContent);
    return Number.isNaN(number) ? null : number;
  }

  function compared(a, b, isNumber) {
    if (!isNumber) return words.compare(a, b);
    return a === b ? 0 : a > b ? 1 : -1;
  }

  function order(rows, column, isNumber, direction) {
    if (direction === 'none') return rows;
    var sign = direction === 'ascending' ? 1 : -1;
    var keyed = rows.map(function (row, at) { return { row: row, at: at, key: key(row, column, isNumber) }; });
    keyed.sort(function (a, b) {
      if (a.key === null || b.key === null) {
        return (a.key === null) - (b.key === null) || a.at - b.at;
      }
      return sign * compared(a.key, b.key, isNumber) || a.at - b.at;
    });
    return keyed.map(function (one) { return one.row; });
  }

  var next = { none: 'ascending', ascending: 'descending', descending: 'none' };

  function sortable(table) {
    var body = table.tBodies[0], rows = Array.from(body.rows);
    if (2 > rows.length) return;
    var heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, column) {
      var button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      head.setAttribute('aria-sort', 'none');
      button.addEventListener('click', function () {
        var direction = next[head.getAttribute('aria-sort')];
        heads.forEach(function (other) { other.setAttribute('aria-sort', 'none'); });
        head.setAttribute('aria-sort', direction);
        body.replaceChildren.apply(body, order(rows, column, head.classList.contains('n'), direction));
      });
    });
  }

  function foldable(table) {
    var rows = table.tBodies[0].rows.length, first = Number(table.dataset.first);
    if (first >= rows) return;
    table.classList.add('short');
    var line = document.createElement('p'), button = document.createElement('button');
    var printed = document.createElement('span');
    line.className = 'rows more';
    button.type = 'button';
    button.setAttribute('aria-controls', table.id);
    printed.className = 'printed';
    function tell(isShort) {
      table.classList.toggle('short', isShort);
      button.setAttribute('aria-expanded', String(!isShort));
      button.textContent = isShort ? 'Show all ' + rows + ' rows' : 'Show the first ' + first + ' rows';
      printed.textContent = isShort ? 'The first ' + first + ' of ' + rows + ' rows.' : '';
    }
    tell(true);
    button.addEventListener('click', function () { tell(!table.classList.contains('short')); });
    line.append(button, printed);
    table.closest('.table').querySelector('.wide').after(line);
  }

  document.querySelectorAll('table[data-first]').forEach(function (table) {
    sortable(table);
    foldable(table);
  });

  // What is not scrolled needs no stop of the keyboard and no place among the regions of the page.
  var boxes = Array.from(document.querySelectorAll('.wide')).map(function (box) {
    var names = ['role', 'aria-label', 'aria-labelledby', 'tabindex'];
    return { box: box, said: names.map(function (name) { return [name, box.getAttribute(name)]; }) };
  });
  function reachable() {
    boxes.forEach(function (one) {
      var isScrolled = one.box.scrollWidth > one.box.clientWidth;
      one.said.forEach(function (said) {
        if (!isScrolled || said[1] === null) one.box.removeAttribute(said[0]);
        else one.box.setAttribute(said[0], said[1]);
      });
    });
  }
  reachable();
  window.addEventListener('resize', reachable);
  document.querySelectorAll('.more button').forEach(function (button) {
    button.addEventListener('click', reachable);
  });
});
