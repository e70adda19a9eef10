-- Which choice changes the ranks most?
--
-- Leaving out an indicator. It has a part in 94 percent of the variance of rank shifts; other weights and the other mean have
-- one in 51 percent each, and next to none alone. The intervals of the first do not reach those of the two.
--
-- plot: dots, label = factor, value = total, low = total_lower, high = total_upper,
--       title = 'Share of the variance of rank shifts that a choice explains',
--       subtitle = 'Alone or together with others; lines are 95 % bootstrap intervals'
-- unit: share of the variance
-- table: Shares of the variance of rank shifts, with 95 % intervals
--
-- In:   as 11_index_uncertainty.sql; the choices are the weights, the aggregation, and which
--       indicator is left out.
-- Out:  one row per choice: the share of the variance of rank shifts that it explains alone
--       (first_order) and together with the others (total), each with a 95 % bootstrap interval.
-- Meet: no official figure. total is never below first_order apart from estimation error.
--
-- expect: array_agg(round(100 * total) ORDER BY total DESC) = [94, 51, 51]
-- expect: factor = 'leave_out' OR first_order < 0.03
-- expect: min(total_lower) FILTER (WHERE factor = 'leave_out') > max(total_upper) FILTER (WHERE factor <> 'leave_out')

SELECT period, factor, first_order, first_order_lower, first_order_upper,
       total, total_lower, total_upper, draws
FROM sensitivity(
    (SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
     WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2022),
    bth.framework,
    normalisation => base, base => 2014, min_coverage => 0.8, strict => false,
    weights => 0.25, aggregations => ['arithmetic', 'geometric'], leave_out => true,
    draws => 4096, bootstrap => 200, seed => 2014)
WHERE period = 2022
ORDER BY total DESC;
