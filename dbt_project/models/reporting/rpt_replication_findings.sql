select
    study,
    finding,
    statistic,
    value,
    printed_value,
    conclusion,
    evidence,
    fill_set
from {{ source("estimates", "replication_findings") }}
