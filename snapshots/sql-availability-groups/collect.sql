/*
Writes a snapshot of kind sql-availability-groups: what one instance knows. Run it on every replica, and put the files into one folder.

Needs SQL Server 2016 or later. Reads, and changes nothing.
Rights: VIEW SERVER STATE and VIEW ANY DEFINITION (from SQL Server 2022 on VIEW SERVER PERFORMANCE STATE and VIEW ANY PERFORMANCE DEFINITION),
and db_datareader in msdb.

    (Invoke-Sqlcmd -ServerInstance SQLSERVER-0 -InputFile collect.sql -MaxCharLength 2147483647).snapshot | Out-File sqlserver-0.json -Encoding utf8

The result is one row of one column, which sqlcmd cuts after one megabyte. The folder of seeding (`share`) and the probe ports of listeners are
not known to the server; add them by hand.
*/
SET NOCOUNT ON;

-- Times are given in UTC. The offset is that of now: around the change to summer time, older times are an hour off.
DECLARE @offset int = DATEDIFF(minute, GETUTCDATE(), GETDATE());
DECLARE @sections nvarchar(max) = N'';
DECLARE @errors nvarchar(max) = N'';
DECLARE @section nvarchar(max);

-- Each section stands in its own TRY: what fails is left out, and named in the errors.
BEGIN TRY
    SET @section = (
        SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')) AS server_name,
               CONVERT(nvarchar(128), SERVERPROPERTY('ProductVersion')) AS product_version,
               CONVERT(nvarchar(128), SERVERPROPERTY('ProductLevel')) AS product_level,
               CONVERT(nvarchar(128), SERVERPROPERTY('ProductUpdateLevel')) AS product_update_level,
               CONVERT(nvarchar(128), SERVERPROPERTY('Edition')) AS edition,
               CONVERT(bit, SERVERPROPERTY('IsHadrEnabled')) AS is_hadr_enabled,
               CONVERT(int, SERVERPROPERTY('HadrManagerStatus')) AS hadr_manager_status,
               CONVERT(nvarchar(128), SERVERPROPERTY('Collation')) AS collation,
               @offset AS utc_offset_minutes
        FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER);
    SET @sections += N',"instance":' + @section;
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"instance","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    -- Columns that came after SQL Server 2016 would keep the whole script from being compiled there.
    DECLARE @newer nvarchar(max) = N'';
    SELECT @newer += N', ag.' + QUOTENAME(c.name)
    FROM sys.all_columns AS c
    WHERE c.object_id = OBJECT_ID(N'sys.availability_groups')
      AND c.name IN (N'cluster_type_desc', N'required_synchronized_secondaries_to_commit', N'is_contained');
    DECLARE @statement nvarchar(max) = N'SET @result = (
        SELECT ag.name, CONVERT(nvarchar(36), ag.group_id) AS group_id, ag.failure_condition_level, ag.health_check_timeout,
               ag.automated_backup_preference_desc, ag.basic_features, ag.dtc_support, ag.db_failover, ag.is_distributed' + @newer + N'
        FROM sys.availability_groups AS ag
        FOR JSON PATH, INCLUDE_NULL_VALUES);';
    EXEC sys.sp_executesql @statement, N'@result nvarchar(max) OUTPUT', @result = @section OUTPUT;
    SET @sections += N',"groups":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"sys.availability_groups","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT ag.name AS ag, ar.replica_server_name, ar.endpoint_url, ar.availability_mode_desc, ar.failover_mode_desc, ar.session_timeout,
               ar.secondary_role_allow_connections_desc, ar.read_only_routing_url, ar.backup_priority, ar.seeding_mode_desc,
               rs.is_local, rs.role_desc, rs.operational_state_desc, rs.connected_state_desc, rs.synchronization_health_desc
        FROM sys.availability_replicas AS ar
        JOIN sys.availability_groups AS ag ON ag.group_id = ar.group_id
        LEFT JOIN sys.dm_hadr_availability_replica_states AS rs ON rs.replica_id = ar.replica_id
        FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"replicas":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"sys.availability_replicas","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT ag.name AS ag, ar.replica_server_name, dc.database_name, ds.is_local, ds.is_primary_replica, ds.synchronization_state_desc,
               ds.synchronization_health_desc, ds.database_state_desc, ds.is_suspended, ds.suspend_reason_desc, ds.log_send_queue_size,
               ds.redo_queue_size, ds.secondary_lag_seconds, cs.is_failover_ready
        FROM sys.dm_hadr_database_replica_states AS ds
        JOIN sys.availability_databases_cluster AS dc ON dc.group_database_id = ds.group_database_id
        JOIN sys.availability_replicas AS ar ON ar.replica_id = ds.replica_id
        JOIN sys.availability_groups AS ag ON ag.group_id = ds.group_id
        LEFT JOIN sys.dm_hadr_database_replica_cluster_states AS cs ON cs.replica_id = ds.replica_id AND cs.group_database_id = ds.group_database_id
        FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"database_replica_states":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"sys.dm_hadr_database_replica_states","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT d.name, d.database_id, d.recovery_model_desc, d.state_desc, d.is_auto_close_on, d.user_access_desc, d.is_read_only,
               d.is_trustworthy_on, d.is_encrypted, d.source_database_id, CONVERT(nvarchar(36), d.replica_id) AS replica_id, ag.name AS ag,
               SUSER_SNAME(d.owner_sid) AS owner, d.collation_name, CONVERT(nvarchar(30), r.last_log_backup_lsn) AS last_log_backup_lsn,
               CONVERT(nvarchar(23), DATEADD(minute, -@offset, d.create_date), 126) + N'Z' AS create_date
        FROM sys.databases AS d
        LEFT JOIN sys.database_recovery_status AS r ON r.database_id = d.database_id
        LEFT JOIN sys.availability_replicas AS ar ON ar.replica_id = d.replica_id
        LEFT JOIN sys.availability_groups AS ag ON ag.group_id = ar.group_id
        FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"databases":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"sys.databases","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT b.database_name, b.type, b.is_copy_only, b.is_snapshot,
               CONVERT(nvarchar(23), DATEADD(minute, -@offset, b.backup_finish_date), 126) + N'Z' AS backup_finish_date, b.encryptor_type,
               (SELECT TOP (1) m.physical_device_name FROM msdb.dbo.backupmediafamily AS m WHERE m.media_set_id = b.media_set_id ORDER BY m.family_sequence_number) AS device,
               CONVERT(nvarchar(30), b.first_lsn) AS first_lsn, CONVERT(nvarchar(30), b.last_lsn) AS last_lsn, b.server_name
        FROM msdb.dbo.backupset AS b
        WHERE b.backup_finish_date > DATEADD(day, -15, GETDATE())
        FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"backups":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"backups_json","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT ag.name AS ag, l.dns_name, l.port, l.is_conformant,
               (SELECT i.ip_address, i.ip_subnet_mask, i.is_dhcp, i.state_desc FROM sys.availability_group_listener_ip_addresses AS i
                 WHERE i.listener_id = l.listener_id FOR JSON PATH, INCLUDE_NULL_VALUES) AS ips
        FROM sys.availability_group_listeners AS l
        JOIN sys.availability_groups AS ag ON ag.group_id = l.group_id
        FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"listeners":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"listeners_json","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT e.name, e.state_desc, t.port, e.encryption_algorithm_desc, e.is_encryption_enabled, e.connection_auth_desc
        FROM sys.database_mirroring_endpoints AS e
        LEFT JOIN sys.tcp_endpoints AS t ON t.endpoint_id = e.endpoint_id
        FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"endpoints":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"endpoints_json","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT c.cluster_name, c.quorum_type_desc, c.quorum_state_desc,
               (SELECT m.member_name, m.member_type_desc, m.member_state_desc, m.number_of_quorum_votes FROM sys.dm_hadr_cluster_members AS m
                   FOR JSON PATH, INCLUDE_NULL_VALUES) AS members
        FROM sys.dm_hadr_cluster AS c
        FOR JSON PATH, INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER);
    IF @section IS NOT NULL SET @sections += N',"cluster":' + @section;
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"cluster","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (
        SELECT p.name, CONVERT(nvarchar(200), p.sid, 1) AS sid, p.type_desc
        FROM sys.server_principals AS p
        WHERE p.type IN ('S', 'U', 'G')
        FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"logins":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"logins_json","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

BEGIN TRY
    SET @section = (SELECT j.name, CONVERT(bit, j.enabled) AS enabled FROM msdb.dbo.sysjobs AS j FOR JSON PATH, INCLUDE_NULL_VALUES);
    SET @sections += N',"agent_jobs":' + ISNULL(@section, N'[]');
END TRY
BEGIN CATCH
    SET @errors += N',{"command":"agent_jobs_json","message":"' + STRING_ESCAPE(ERROR_MESSAGE(), 'json') + N'"}';
END CATCH;

SELECT N'{"assizeSnapshot":1,"kind":"sql-availability-groups","source":{"instance":"'
    + STRING_ESCAPE(CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')), 'json')
    + N'"},"collectedAt":"' + CONVERT(nvarchar(19), GETUTCDATE(), 126)
    + N'Z","collector":{"name":"collect-availability-groups","version":"1.0.0"},"errors":[' + ISNULL(STUFF(@errors, 1, 1, N''), N'')
    + N'],"data":{' + ISNULL(STUFF(@sections, 1, 1, N''), N'') + N'}}' AS snapshot;
