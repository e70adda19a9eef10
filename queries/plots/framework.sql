-- What the example index of Beijing, Tianjin and Hebei is made of
--
-- plot: framework
-- source: our framework, not the official one
SELECT code, parent, weight, label FROM bth.framework ORDER BY parent, code;
