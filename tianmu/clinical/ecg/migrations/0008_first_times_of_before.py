"""First times of orders from before the columns were there, read from steps, documents and audit lines."""

from django.db import migrations

FROM_STEPS = """
    UPDATE ecg_order SET opened_at = first.at
    FROM (SELECT order_id, min(at) AS at FROM ecg_orderstep WHERE move IN ('open', 'take_over') GROUP BY order_id) first
    WHERE first.order_id = ecg_order.id AND opened_at IS NULL
"""
FROM_DOCUMENTS = """
    UPDATE ecg_order SET published_at = first.signed_at, conclusion_codes = newest.codes
    FROM documents_document document
    JOIN documents_documentversion first ON first.document_id = document.id AND first.number = 1
    JOIN LATERAL (
        SELECT ARRAY(
            SELECT line ->> 'code' FROM jsonb_array_elements(version.content -> 'conclusion') line
            WHERE coalesce(line ->> 'code', '') <> ''
        )::varchar(40)[] AS codes
        FROM documents_documentversion version
        WHERE version.document_id = document.id AND version.state = 'signed'
        ORDER BY version.number DESC LIMIT 1
    ) newest ON true
    WHERE document.kind = 'ecg.report' AND document.subject_id = ecg_order.id AND ecg_order.published_version > 0
        AND first.state = 'signed' AND published_at IS NULL
"""
FROM_AUDIT = """
    UPDATE ecg_order SET printed_at = first.printed_at, seen_at = first.seen_at
    FROM (
        SELECT subject_id,
            min(at) FILTER (WHERE action = 'ecg.report.print' AND actor_kind <> 'resident') AS printed_at,
            min(at) FILTER (WHERE actor_kind = 'resident') AS seen_at
        FROM audit_auditline
        WHERE subject_kind = 'ecg_order' AND action IN ('ecg.report.print', 'ecg.report.read')
        GROUP BY subject_id
    ) first
    WHERE first.subject_id = ecg_order.id AND published_at IS NOT NULL
"""


class Migration(migrations.Migration):
    """Fill the columns."""

    dependencies = [
        ("ecg", "0007_first_times"),
        ("documents", "0004_documents_of_a_person"),
        ("audit", "0004_purpose_and_checks"),
    ]
    operations = [
        migrations.RunSQL([FROM_STEPS, FROM_DOCUMENTS, FROM_AUDIT], migrations.RunSQL.noop),
    ]
