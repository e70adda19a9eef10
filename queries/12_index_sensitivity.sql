-- Which choice changes the ranks most?
--
-- plot: dots, label = factor, value = total, low = total_lower, high = total_upper,
--       title = 'Share of the variance of rank shifts that a choice explains',
--       subtitle = 'Alone and with the others; lines are 95 % bootstrap intervals'
-- unit: share of the variance
-- table: Shares of the variance of rank shifts, with 95 % intervals
--
-- In:   as 11_index_uncertainty.sql; the choices are the weights, the aggregation, and which
--       indicator is left out.
-- Out:  one row per choice: the share of the variance of rank shifts that it explains alone
--       (first_order) and together with the others (total), each with a 95 % bootstrap interval.
-- Meet: no official figure. total is never below first_order apart from estimation error.

SELECT period, factor, first_order, first_order_lower, first_order_upper,
       total, total_lower, total_upper, draws
FROM sensitivity(
    (SELECT i.* FROM bth.indicators AS i JOIN bth.framework AS f ON f.code = i.indicator
     WHERE i.unit IN ('Beijing', 'Tianjin', 'Hebei') AND i.period BETWEEN 2014 AND 2022),
    bth.framework,
    normalisation => base, base => 2014, min_coverage => 0.8, strict => false,
    weights => 0.25, aggregations => ['arithmetic', 'geometric'], leave_out => true,
    draws => 512, seed => 2014)
WHERE period = 2022
ORDER BY total DESC;
