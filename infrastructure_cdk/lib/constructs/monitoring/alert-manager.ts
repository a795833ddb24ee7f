/**
 * The alert manager's definition. Its only receiver is SNS, which needs a region and takes no other address (Amazon
 * Managed Service for Prometheus User Guide, "Configure alert manager to send messages to your Amazon SNS topic").
 * A subject is at most 100 characters, ASCII, and one line ("SNS receiver message validation rules").
 */
export function alertManagerDefinition(topicArn: string, region: string): string {
  return `alertmanager_config: |
  route:
    receiver: operator
    group_by: [alertname, severity]
    group_wait: 30s
    group_interval: 5m
    repeat_interval: 24h
    routes:
      - matchers: ['severity="critical"']
        receiver: operator
        repeat_interval: 4h
  receivers:
    - name: operator
      sns_configs:
        - topic_arn: ${topicArn}
          sigv4:
            region: ${region}
          send_resolved: true
          subject: 'Carthub {{ .Status }}: {{ .CommonLabels.alertname }} ({{ .CommonLabels.severity }})'
          message: |-
            {{ range .Alerts }}{{ .Status }} since {{ .StartsAt }}: {{ .Annotations.summary }}
            {{ .Annotations.description }}
            {{ .Annotations.runbook_url }}
            {{ end }}
`;
}
